using System.Net;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>One request of a client as the hook noted it.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="IsDry">True where the client only looks whether the file is there.</param>
/// <param name="Module">The module.</param>
/// <param name="Path">What for, as sent; hostile.</param>
/// <param name="StartedAt">When (UTC).</param>
internal sealed record RsyncTransfer(IPAddress Client, bool IsDry, string Module, string Path, DateTimeOffset StartedAt)
{
    private const int LongestPath = 300;

    /// <summary>What the hook wrote down for itself: <c>take BASE FILE</c> for an upload, <c>why REASON</c> for a refused one.</summary>
    public string After { get; init; } = "";

    /// <summary>Reads a note of the hook; null where it is none.</summary>
    public static RsyncTransfer? Read(string text, DateTimeOffset startedAt)
    {
        if (text.Split('\n', 5) is not [var after, var address, var dry, var module, var path] || !IPAddress.TryParse(address, out var client))
            return null;
        var plain = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return new RsyncTransfer(plain, dry == "1", module, path.Length > LongestPath ? path[..LongestPath] : path, startedAt) { After = after };
    }

    /// <summary>The path without leading slashes, fit for people to see.</summary>
    public string Shown => string.Concat(Path.TrimStart('/').Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>The lane of the timeline.</summary>
    public BootStepKind Kind => BootPaths.Classify(Path) == BootFile.StartConf ? BootStepKind.StartConf : BootStepKind.Rsync;

    /// <summary>What rsync's exit code means; the man page's list.</summary>
    public static BootStepOutcome OutcomeOf(string status) => status switch
    {
        "0" => BootStepOutcome.Served,
        "refused" => BootStepOutcome.Refused,
        "23" or "24" => BootStepOutcome.NotFound,
        "12" or "19" or "20" => BootStepOutcome.Aborted,
        _ => BootStepOutcome.Failed,
    };
}
