using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>A system or partition to choose.</summary>
/// <param name="Number">Position in start.conf, from 1.</param>
/// <param name="Name">What it is called; several names where groups differ.</param>
/// <param name="Pcs">How many of the PCs have it.</param>
public sealed record TargetPart(int Number, string Name, int Pcs);

/// <summary>A PC that a command is for, and what is known of it that matters for the command.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">What it is seen doing.</param>
public sealed record TargetHost(string Name, HostState State)
{
    /// <summary>Systems that the portal may log in to.</summary>
    public IReadOnlyList<PcSystem> Systems { get; init; } = [];

    /// <summary>True where the portal may log in to the system that runs.</summary>
    public bool HasAccess => SystemAccess.Of(State) is { } system && Systems.Contains(system);

    /// <summary>Number of the job that works on it; null where none does.</summary>
    public int? BusyWith { get; init; }

    /// <summary>Number of the job whose commands wait for its next boot; null where none do.</summary>
    public int? AwaitsBootFor { get; init; }
}

/// <summary>The PCs that a command is for, and what is known about them that matters for it.</summary>
public sealed record CommandTarget(string Target, string School, IReadOnlyList<TargetHost> Hosts)
{
    /// <summary>The systems of their start.confs.</summary>
    public IReadOnlyList<TargetPart> Systems { get; init; } = [];

    /// <summary>The partitions of their start.confs.</summary>
    public IReadOnlyList<TargetPart> Partitions { get; init; } = [];

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names => [.. Hosts.Select(h => h.Name)];

    /// <summary>How many PCs.</summary>
    public int Count => Hosts.Count;

    /// <summary>In LINBO now.</summary>
    public int InLinbo => In(HostState.Linbo);

    /// <summary>Off, or never looked at: waking helps.</summary>
    public int Off => In(HostState.Off) + In(HostState.Unknown);

    /// <summary>A system runs that does not take LINBO's commands.</summary>
    public int InSystem => Hosts.Count(h => PcParts.IsOtherSystem(h.State));

    /// <summary>How many are in that state.</summary>
    public int In(HostState state) => Hosts.Count(h => h.State == state);

    /// <summary>What becomes of them, by the same rule as in the job.</summary>
    public TargetForecast Forecast(JobRequest request, IReadOnlyList<LinboCommand> commands) => TargetForecast.Of(this, request, commands);

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
            return new CommandTarget(target, school, []);
        var found = await JobTargetReads.FindAsync(db, person, selector, school, ct);
        var pcs = found.Hosts.Where(h => h.BootsLinbo).ToList();
        var ids = pcs.ConvertAll(p => p.Id);
        var states = await db.HostStatuses.Where(s => ids.Contains(s.HostId)).ToDictionaryAsync(s => s.HostId, s => s.State, ct);
        var systems = (await db.SystemAccesses.Join(db.Hosts.Where(h => ids.Contains(h.Id)), s => s.GroupId, h => h.GroupId, (s, h) => new { h.Id, s.System }).ToListAsync(ct))
            .ToLookup(s => s.Id, s => s.System);
        var open = await JobTargetReads.OpenAsync(db, ids, ct);
        var confs = pcs.Where(p => p.Group?.StartConf is not null).GroupBy(p => p.Group!.StartConf!).Select(g => (Conf: g.Key, Pcs: g.Count())).ToList();
        return new CommandTarget(target, school, pcs.ConvertAll(p => new TargetHost(p.Name, states.GetValueOrDefault(p.Id))
        {
            Systems = [.. systems[p.Id]],
            BusyWith = open[p.Id].FirstOrDefault(o => !o.AwaitsBoot)?.Number,
            AwaitsBootFor = open[p.Id].FirstOrDefault(o => o.AwaitsBoot)?.Number,
        }))
        {
            Systems = Parts(confs.SelectMany(c => c.Conf.OperatingSystems.Select(s => new TargetPart(s.Number, s.Name, c.Pcs)))),
            Partitions = Parts(confs.SelectMany(c => c.Conf.Partitions.Select(p => new TargetPart(p.Number, p.Label.Length > 0 ? $"{p.Label} ({p.Device})" : p.Device, c.Pcs)))),
        };
    }

    private static IReadOnlyList<TargetPart> Parts(IEnumerable<TargetPart> parts) =>
        [.. parts.GroupBy(p => p.Number).OrderBy(g => g.Key)
            .Select(g => new TargetPart(g.Key, string.Join(" / ", g.Select(p => p.Name).Where(n => n.Length > 0).Distinct()), g.Sum(p => p.Pcs)))];
}
