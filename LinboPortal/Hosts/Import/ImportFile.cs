using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Hosts.Import;

/// <summary>A file that was handed over, named as on the server that it comes from.</summary>
/// <param name="Name">The file name without folders.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ImportFile(string Name, byte[] Content)
{
    /// <summary>The largest file that is taken.</summary>
    public const long MaxLength = 32 * 1024 * 1024;

    private const string StartConf = "start.conf.";

    /// <summary>What the name stands for; null for files that the import does not know.</summary>
    /// <param name="name">The file name.</param>
    /// <param name="school">The school that <c>devices.csv</c> without a prefix belongs to; null for the default one.</param>
    public static ImportKind? KindOf(string name, string? school)
    {
        if (name.Equals("subnets.csv", StringComparison.OrdinalIgnoreCase))
            return new ImportKind.Subnets();
        if (DevicesCsv.SchoolOf(name) is { } named)
            return new ImportKind.Devices(named == Host.DefaultSchool && school is { Length: > 0 } ? school.ToLowerInvariant() : named);
        if (!name.StartsWith(StartConf, StringComparison.Ordinal))
            return null;
        var group = name[StartConf.Length..];
        // Every server has a start.conf.default: it is LINBO's, not a group's.
        return StartConfRules.IsGroupName(group) && group is not ("default" or Device.NoGroup) ? new ImportKind.StartConf(group) : null;
    }
}

/// <summary>What a file is.</summary>
internal abstract record ImportKind
{
    private ImportKind()
    {
    }

    /// <summary>Hosts of a school.</summary>
    public sealed record Devices(string School) : ImportKind;

    /// <summary>Networks.</summary>
    public sealed record Subnets : ImportKind;

    /// <summary>start.conf of a group.</summary>
    public sealed record StartConf(string Group) : ImportKind;
}

/// <summary>What the person wants besides the files.</summary>
/// <param name="School">The school of <c>devices.csv</c>; null for the default one.</param>
/// <param name="DeleteMissing">Deletes hosts and networks that the files do not have.</param>
/// <param name="ConfirmedDeletes">How many PCs the person said are to be deleted; needed where they are many.</param>
internal sealed record ImportWishes(string? School = null, bool DeleteMissing = false, int? ConfirmedDeletes = null);
