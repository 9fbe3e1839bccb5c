using LinboPortal.Core.Accounts;
using LinboPortal.Core.Remote;
using MudBlazor;

namespace LinboPortal.Jobs;

/// <summary>Where in the picker a choice stands.</summary>
public enum ChoiceKind
{
    /// <summary>What everybody needs.</summary>
    Everyday,

    /// <summary>Loses nothing, but is seldom needed.</summary>
    More,

    /// <summary>Loses data.</summary>
    Dangerous,
}

/// <summary>Something that PCs can be told to do, in plain words; what it means stands in LINBO's grammar.</summary>
/// <param name="Key">Key of its words, and the name in the room's bar.</param>
/// <param name="Pattern">The commands: <c>#</c> is the system, <c>@</c> the comment, <c>%</c> the partition.</param>
public sealed record CommandChoice(string Key, string Pattern, string Icon, ChoiceKind Kind)
{
    /// <summary>All of them, the most needed first.</summary>
    public static IReadOnlyList<CommandChoice> All { get; } =
    [
        new("sync-start", "sync:#,start:#", Icons.Material.Outlined.Sync, ChoiceKind.Everyday),
        new("sync", "sync:#", Icons.Material.Outlined.CloudSync, ChoiceKind.Everyday),
        new("start", "start:#", Icons.Material.Outlined.PlayArrow, ChoiceKind.Everyday),
        new("wake", "", Icons.Material.Outlined.WbSunny, ChoiceKind.Everyday),
        new("reboot", "reboot", Icons.Material.Outlined.RestartAlt, ChoiceKind.Everyday),
        new("halt", "halt", Icons.Material.Outlined.PowerSettingsNew, ChoiceKind.Everyday),
        new("new-start", "new:#,start:#", Icons.Material.Outlined.AutoFixHigh, ChoiceKind.Dangerous),
        new("new", "new:#", Icons.Material.Outlined.AutoFixHigh, ChoiceKind.Dangerous),
        new("image", "create_image:#@,upload_image:#", Icons.Material.Outlined.Album, ChoiceKind.Dangerous),
        new("qdiff", "create_qdiff:#@,upload_qdiff:#", Icons.Material.Outlined.Difference, ChoiceKind.Dangerous),
        new("sync-halt", "sync:#,halt", Icons.Material.Outlined.Bedtime, ChoiceKind.More),
        new("initcache", "initcache", Icons.Material.Outlined.Storage, ChoiceKind.More),
        new("update", "update", Icons.Material.Outlined.SystemUpdateAlt, ChoiceKind.More),
        new("postsync", "postsync:#", Icons.Material.Outlined.Terminal, ChoiceKind.More),
        new("prestart", "prestart:#", Icons.Material.Outlined.Terminal, ChoiceKind.More),
        new("label", "label", Icons.Material.Outlined.Label, ChoiceKind.More),
        new("format", "format%", Icons.Material.Outlined.CleaningServices, ChoiceKind.Dangerous),
        new("partition", "partition", Icons.Material.Outlined.PieChart, ChoiceKind.Dangerous),
        new("create_image", "create_image:#@", Icons.Material.Outlined.Album, ChoiceKind.Dangerous),
        new("create_qdiff", "create_qdiff:#@", Icons.Material.Outlined.Difference, ChoiceKind.Dangerous),
        new("upload_image", "upload_image:#", Icons.Material.Outlined.Upload, ChoiceKind.Dangerous),
        new("upload_qdiff", "upload_qdiff:#", Icons.Material.Outlined.Upload, ChoiceKind.Dangerous),
    ];

    /// <summary>True where it is about one system of start.conf.</summary>
    public bool NeedsSystem => Pattern.Contains('#', StringComparison.Ordinal);

    /// <summary>True where the person may say what is new in the image.</summary>
    public bool TakesComment => Pattern.Contains('@', StringComparison.Ordinal);

    /// <summary>True where one partition can be meant.</summary>
    public bool TakesPartition => Pattern.Contains('%', StringComparison.Ordinal);

    /// <summary>Images are made on one PC.</summary>
    public bool IsForOnePc => Key is "image" or "qdiff" || Key.Contains('_', StringComparison.Ordinal);

    /// <summary>The choice of that key.</summary>
    public static CommandChoice Of(string key) => All.First(c => c.Key == key);

    /// <summary>What the person may choose for so many PCs; nothing that may not be done.</summary>
    public static IReadOnlyList<CommandChoice> For(Person person, int pcs) =>
        [.. All.Where(c => c.Kind switch
        {
            ChoiceKind.Everyday => true,
            ChoiceKind.More => person.Scope is Scope.All,
            _ => person.May(Permission.JobsRunDangerous),
        }).Where(c => !c.IsForOnePc || pcs == 1)];

    /// <summary>The commands as they stand on the wire.</summary>
    public string Commands(int system, int? partition, string comment)
    {
        var quoted = comment.Length == 0 ? "" : $":\"{comment}\"";
        return Pattern.Replace("#", $"{system}", StringComparison.Ordinal).Replace("%", partition is { } number ? $":{number}" : "", StringComparison.Ordinal)
            .Replace("@", quoted, StringComparison.Ordinal);
    }

    /// <summary>Finds the choice that means these commands, so that what was typed is shown as what it is; null for an own line.</summary>
    public static (CommandChoice Choice, int? System, int? Partition, string Comment)? Find(IReadOnlyList<LinboCommand> commands)
    {
        var system = commands.Select(CommandWords.OsOf).FirstOrDefault(os => os is not null);
        var partition = commands is [LinboCommand.Format { Number: var number }] ? number : null;
        var comment = commands.Select(c => c is LinboCommand.CreateImage i ? i.Comment : c is LinboCommand.CreateQdiff q ? q.Comment : null).FirstOrDefault(c => c is not null) ?? "";
        var line = string.Join(',', commands);
        var found = All.FirstOrDefault(c => c.Commands(system ?? 1, partition, comment) == line);
        return found is null ? null : (found, system, partition, comment);
    }
}
