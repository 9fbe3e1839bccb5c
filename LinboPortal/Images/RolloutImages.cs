using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>An image that commands hand out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Key of its current set; null where there is no such image.</param>
/// <param name="State">How it is.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="VerifiedAt">When all of it was last compared with its checksums (UTC); null where it never was.</param>
internal sealed record RolloutImage(string Name, Guid? Version, ImageState State, ImageProblem Problem, DateTimeOffset? VerifiedAt);

/// <summary>Finds out which images commands hand out to which PCs, and how these are.</summary>
internal sealed class RolloutImages(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>The clock's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The images of a target's commands; none where nothing is handed out.</summary>
    public async Task<IReadOnlyList<RolloutImage>> ReadAsync(Person person, string target, string school, string commands, CancellationToken ct)
    {
        if (!CommandLine.TryParse(commands, out var line, out _) || !line.Commands.Any(HandsOut) || !HostSelector.TryParse(target, out var selector))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var hosts = (await JobTargetReads.FindAsync(db, person, selector, school, ct)).Hosts;
        var names = hosts.Select(h => h.Group?.StartConf).OfType<StartConfDocument>().Distinct().SelectMany(c => line.Commands.SelectMany(x => NamesIn(c, x))).Distinct().ToList();
        var known = await db.Images.Where(i => names.Contains(i.Name)).Select(i => new RolloutImage(
            i.Name, i.Versions.Where(v => v.Folder == "").Select(v => (Guid?)v.Id).FirstOrDefault(), i.State, i.Problem,
            i.Versions.Where(v => v.Folder == "").SelectMany(v => v.Files).Min(f => f.VerifiedAt))).ToListAsync(ct);
        return [.. names.Order(StringComparer.Ordinal).Select(n => known.Find(k => k.Name == n) ?? new RolloutImage(n, null, ImageState.Incomplete, ImageProblem.NoImage, null))];
    }

    private static bool HandsOut(LinboCommand command) => command is LinboCommand.Sync or LinboCommand.New or LinboCommand.InitCache;

    private static IEnumerable<string> NamesIn(StartConfDocument conf, LinboCommand command) =>
        conf.OperatingSystems.Where(s => command is LinboCommand.InitCache || (HandsOut(command) && CommandWords.OsOf(command) == s.Number))
            .Select(s => Path.GetFileNameWithoutExtension(s.BaseImage)).Where(n => n.Length > 0);
}
