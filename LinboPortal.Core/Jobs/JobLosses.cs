using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Jobs;

/// <summary>Finds out what dangerous commands take, by name, out of the start.confs of the PCs.</summary>
internal static class JobLosses
{
    public static IReadOnlyList<JobLoss> Of(IReadOnlyList<LinboCommand> commands, IReadOnlyList<JobHost> hosts)
    {
        StartConfDocument[] confs = [.. hosts.Select(h => h.Group?.StartConf).OfType<StartConfDocument>().Distinct()];
        return [.. commands.Where(c => c.IsDangerous).Select(c => new JobLoss(ThingOf(c), c.ToString(), hosts.Count, [.. Subjects(c, confs).Distinct()]))];
    }

    private static LostThing ThingOf(LinboCommand command) => command switch
    {
        LinboCommand.Partition => LostThing.Disk,
        LinboCommand.Format => LostThing.Partitions,
        LinboCommand.New => LostThing.Systems,
        LinboCommand.CreateImage or LinboCommand.CreateQdiff => LostThing.CachedImage,
        LinboCommand.UploadImage or LinboCommand.UploadQdiff => LostThing.ServerImage,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.Word, "Nobody said what it takes."),
    };

    private static IEnumerable<string> Subjects(LinboCommand command, StartConfDocument[] confs) => command switch
    {
        LinboCommand.Format(null) => confs.SelectMany(c => c.Partitions).Select(NameOf),
        LinboCommand.Format(var number) => confs.SelectMany(c => c.Partitions).Where(p => p.Number == number).Select(NameOf),
        LinboCommand.New(var os) => Systems(confs, os).Select(s => s.Name),
        LinboCommand.CreateImage { ImageName: { } name } => [$"{name}.qcow2"],
        LinboCommand.UploadImage { ImageName: { } name } => [$"{name}.qcow2"],
        LinboCommand.CreateImage(var os, _) => Systems(confs, os).Select(s => s.BaseImage),
        LinboCommand.UploadImage(var os) => Systems(confs, os).Select(s => s.BaseImage),
        LinboCommand.CreateQdiff(var os, _) => Systems(confs, os).Select(QdiffOf),
        LinboCommand.UploadQdiff(var os) => Systems(confs, os).Select(QdiffOf),
        _ => [],
    };

    private static IEnumerable<OsEntry> Systems(StartConfDocument[] confs, int os) => confs.SelectMany(c => c.OperatingSystems).Where(s => s.Number == os);

    private static string NameOf(PartitionEntry partition) =>
        partition.Label.Length > 0 ? $"{partition.Label} ({partition.Device})" : partition.Device;

    private static string QdiffOf(OsEntry system) => Path.ChangeExtension(system.BaseImage, ".qdiff");
}
