using System.Globalization;
using System.Net;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Whether an upload is taken, and what permits it.</summary>
/// <param name="Problem">None where it is taken.</param>
/// <param name="By">As <see cref="ImageUpload.Permit"/>.</param>
internal sealed record UploadPermit(ImageProblem Problem, string By = "");

/// <summary>Who may upload what: a registered PC with an open job for that image, and any registered PC while a time for uploads at PCs is open.</summary>
internal sealed class UploadPermits(IDbContextFactory<PortalDb> databases, AskingHosts hosts, UploadWindows windows, TimeProvider time)
{
    /// <summary>A run whose last command is the upload may have ended when its last files come.</summary>
    private static readonly TimeSpan AfterRun = TimeSpan.FromMinutes(2);

    private static readonly RunState[] Begun = [RunState.Connecting, RunState.Running, RunState.AwaitingBoot, RunState.Fetched];

    /// <summary>Judges an upload that a client begins.</summary>
    public async Task<UploadPermit> JudgeAsync(ImagePart part, IPAddress client, CancellationToken ct)
    {
        if (await hosts.FindAsync(client, ct) is not { } host)
            return new UploadPermit(ImageProblem.NotRegistered);
        if (await JobAsync(part, host, ct) is { } job)
            return new UploadPermit(ImageProblem.None, job);
        if (windows.IsAlways)
            return new UploadPermit(ImageProblem.None, "setting");
        return await windows.ReadAsync(ct) is { } window ? new UploadPermit(ImageProblem.None, $"window {window.OpenedBy}") : new UploadPermit(ImageProblem.NotPermitted);
    }

    private async Task<string?> JobAsync(ImagePart part, AskingHost host, CancellationToken ct)
    {
        var since = time.GetUtcNow() - AfterRun;
        await using var db = await databases.CreateDbContextAsync(ct);
        var jobs = await db.HostRuns.Where(r => r.HostId == host.Id && (r.EndedAt == null ? Begun.Contains(r.State) : r.EndedAt > since))
            .Join(db.Jobs.Where(j => j.Commands.Contains("upload_")), r => r.JobId, j => j.Id, (_, j) => new { j.Number, j.Commands, j.CreatedBy }).ToListAsync(ct);
        var found = jobs.Find(j => CommandLine.Parse(j.Commands).Commands.Any(c => ImageOf(c, host.StartConf) == part.FileName));
        return found is null ? null : string.Create(CultureInfo.InvariantCulture, $"job {found.Number} {found.CreatedBy}");
    }

    private static string? ImageOf(LinboCommand command, string? startConf) => command switch
    {
        LinboCommand.UploadImage { ImageName: { } name } => name + ".qcow2",
        LinboCommand.UploadImage(var os) => BaseImageOf(os, startConf),
        LinboCommand.UploadQdiff(var os) => Path.ChangeExtension(BaseImageOf(os, startConf), ".qdiff"),
        _ => null,
    };

    private static string? BaseImageOf(int os, string? startConf) =>
        startConf is null ? null : StartConfReader.Read(startConf).OperatingSystems.FirstOrDefault(s => s.Number == os)?.BaseImage;
}
