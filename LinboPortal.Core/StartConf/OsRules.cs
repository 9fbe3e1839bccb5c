using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.StartConf;

/// <summary>What holds for [OS].</summary>
internal static partial class OsRules
{
    public static void Check(ProblemList problems)
    {
        var systems = problems.Document.OperatingSystems;
        if (systems.IsEmpty)
            problems.Warn(Math.Max(0, problems.Document.Lines.Length - 1), 0, 0, StartConfProblemCode.NoOperatingSystem);
        foreach (var system in systems)
        {
            CheckName(problems, system);
            CheckRoot(problems, system);
            CheckImage(problems, system);
            CheckKernel(problems, system);
            CheckStart(problems, system);
        }
    }

    private static string Title(OsEntry system) => system.Name.Length > 0 ? system.Name : system.Number.ToString(CultureInfo.InvariantCulture);

    private static void CheckName(ProblemList problems, OsEntry system)
    {
        if (system.Section.Find("Name") is not { Line.Value: not "" } setting)
            problems.WarnAt(system.Section, StartConfProblemCode.MissingOsName, system.Number.ToString(CultureInfo.InvariantCulture));
        else if (Earlier(problems, system, o => o.Name == system.Name) is { } other)
            problems.WarnAt(setting, StartConfProblemCode.DuplicateOsName, system.Name, StartConfRules.LineOf(other.Section.Find("Name")));
        foreach (var key in (ReadOnlySpan<string>)["BaseImage", "Kernel", "Initrd", "Append"])
        {
            if (system.Section.Find(key) is null)
                problems.WarnAt(system.Section, StartConfProblemCode.MissingOsKey, key, Title(system));
        }
    }

    private static void CheckRoot(ProblemList problems, OsEntry system)
    {
        if (system.Section.Find("Root") is not { Line.Value: not "" } setting)
        {
            problems.WarnAt(system.Section, StartConfProblemCode.MissingRoot, Title(system));
            return;
        }

        if (problems.Document.FindPartition(system.Root) is null && !problems.Document.Partitions.IsEmpty)
            problems.WarnAt(setting, StartConfProblemCode.RootIsNoPartition, system.Root, Title(system));
        // A live system's image lies in the cache, and so may a kernel that is started from there.
        else if (system.Root == problems.Document.Linbo?.Cache && system.BaseImage.Length > 0 && !system.IsLiveIso)
            problems.ErrorAt(setting, StartConfProblemCode.RootIsCache, system.Root, Title(system));
        if (Earlier(problems, system, o => o.Root == system.Root && o.BaseImage == system.BaseImage) is { } twin)
            problems.WarnAt(setting, StartConfProblemCode.SameRootAndImage, Title(system), Title(twin), system.Root);
    }

    private static void CheckImage(ProblemList problems, OsEntry system)
    {
        if (system.Section.Find("BaseImage") is { Line.Value: not "" } setting)
        {
            if (system.BaseImage.EndsWith(".cloop", StringComparison.OrdinalIgnoreCase))
                problems.WarnAt(setting, StartConfProblemCode.CloopImage, system.BaseImage);
            else if (!ImageFile().IsMatch(system.BaseImage))
                problems.WarnAt(setting, StartConfProblemCode.BadImageName, system.BaseImage);
        }

        if (system.Section.Find("IconName") is { Line.Value: not "" } icon && !IconFile().IsMatch(icon.Line.Value))
            problems.WarnAt(icon, StartConfProblemCode.BadIconName, icon.Line.Value);
    }

    private static void CheckKernel(ProblemList problems, OsEntry system)
    {
        foreach (var key in (ReadOnlySpan<string>)["Kernel", "Initrd"])
        {
            if (system.Section.Find(key) is { } path && path.Line.Value.StartsWith('/'))
                problems.WarnAt(path, StartConfProblemCode.AbsolutePath, key, path.Line.Value);
        }

        if (system.Section.Find("Kernel") is not { Line.Value: not "" } kernel)
            return;
        if (StartConfRules.OneOf(system.Kernel, "reboot", "grub.exe", "grub.lst"))
            problems.WarnAt(kernel, StartConfProblemCode.HistoricKernel, system.Kernel);
        else if (system.Initrd.Length == 0 && !StartConfRules.OneOf(system.Kernel, "auto"))
            problems.WarnAt(kernel, StartConfProblemCode.KernelWithoutInitrd, system.Kernel);
    }

    private static void CheckStart(ProblemList problems, OsEntry system)
    {
        StartConfRules.YesNo(problems, system.Section, "StartEnabled", "SyncEnabled", "NewEnabled", "RemoteSyncEnabled", "Autostart", "Hidden");
        StartConfRules.Seconds(problems, system.Section, "AutostartTimeout");
        if (system.Section.Find("DefaultAction") is { Line.Value: not "" } action && !StartConfRules.OneOf(action.Line.Value, "start", "sync", "new"))
            problems.WarnAt(action, StartConfProblemCode.BadDefaultAction, action.Line.Value);
        if (system.IsAutostart && Earlier(problems, system, o => o.IsAutostart) is { } other)
            problems.WarnAt(system.Section.Find("Autostart")!, StartConfProblemCode.SecondAutostart, Title(system), Title(other));
    }

    private static OsEntry? Earlier(ProblemList problems, OsEntry system, Func<OsEntry, bool> same) =>
        problems.Document.OperatingSystems.Take(system.Number - 1).FirstOrDefault(same);

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:qcow2|iso)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImageFile();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex IconFile();
}
