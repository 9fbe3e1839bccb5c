using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>A system or partition to choose.</summary>
/// <param name="Number">Position in start.conf, from 1.</param>
/// <param name="Name">What it is called; several names where groups differ.</param>
/// <param name="Pcs">How many of the PCs have it.</param>
public sealed record TargetPart(int Number, string Name, int Pcs);

/// <summary>The PCs that a command is for, and what is known about them that matters for it.</summary>
public sealed record CommandTarget(string Target, string School, IReadOnlyList<string> Names, IReadOnlyDictionary<HostState, int> States)
{
    /// <summary>The systems of their start.confs.</summary>
    public IReadOnlyList<TargetPart> Systems { get; init; } = [];

    /// <summary>The partitions of their start.confs.</summary>
    public IReadOnlyList<TargetPart> Partitions { get; init; } = [];

    /// <summary>How many PCs.</summary>
    public int Count => Names.Count;

    /// <summary>In LINBO now.</summary>
    public int InLinbo => States.GetValueOrDefault(HostState.Linbo);

    /// <summary>Off, or never looked at: waking helps.</summary>
    public int Off => States.GetValueOrDefault(HostState.Off) + States.GetValueOrDefault(HostState.Unknown);

    /// <summary>A system runs that does not take LINBO's commands.</summary>
    public int InSystem => States.GetValueOrDefault(HostState.Windows) + States.GetValueOrDefault(HostState.Linux) + States.GetValueOrDefault(HostState.On);

    /// <summary>The name of the system at a position; null where the PCs do not agree.</summary>
    public string? SystemName(int number) => Systems.FirstOrDefault(s => s.Number == number) is { Name.Length: > 0 } system ? system.Name : null;
}

/// <summary>Looks up what the command picker must know.</summary>
internal sealed class CommandTargets(IDbContextFactory<PortalDb> databases)
{
    /// <summary>The PCs of a target that boot LINBO and that the person sees.</summary>
    public async Task<CommandTarget> ReadAsync(Person person, string target, string school, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!HostSelector.TryParse(target, out var selector))
            return new CommandTarget(target, school, [], new Dictionary<HostState, int>());
        var found = await JobTargetReads.FindAsync(db, person, selector, school, ct);
        var pcs = found.Hosts.Where(h => h.BootsLinbo).ToList();
        var ids = pcs.ConvertAll(p => p.Id);
        var states = await db.HostStatuses.Where(s => ids.Contains(s.HostId)).GroupBy(s => s.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        states[HostState.Unknown] = states.GetValueOrDefault(HostState.Unknown) + pcs.Count - states.Values.Sum();
        var confs = pcs.Where(p => p.Group?.StartConf is not null).GroupBy(p => p.Group!.StartConf!).Select(g => (Conf: g.Key, Pcs: g.Count())).ToList();
        return new CommandTarget(target, school, [.. pcs.Select(p => p.Name)], states)
        {
            Systems = Parts(confs.SelectMany(c => c.Conf.OperatingSystems.Select(s => new TargetPart(s.Number, s.Name, c.Pcs)))),
            Partitions = Parts(confs.SelectMany(c => c.Conf.Partitions.Select(p => new TargetPart(p.Number, p.Label.Length > 0 ? $"{p.Label} ({p.Device})" : p.Device, c.Pcs)))),
        };
    }

    private static IReadOnlyList<TargetPart> Parts(IEnumerable<TargetPart> parts) =>
        [.. parts.GroupBy(p => p.Number).OrderBy(g => g.Key)
            .Select(g => new TargetPart(g.Key, string.Join(" / ", g.Select(p => p.Name).Where(n => n.Length > 0).Distinct()), g.Sum(p => p.Pcs)))];
}
