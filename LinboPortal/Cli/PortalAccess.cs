using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Cli;

/// <summary>Where the running portal is and who speaks to it, for commands that go through its REST interface.</summary>
/// <param name="Address">Ends with a slash.</param>
/// <param name="Token">A bearer token.</param>
internal sealed record PortalAccess(Uri Address, string Token)
{
    private const string UrlVariable = "LINBOPORTAL_URL";
    private const string TokenVariable = "LINBOPORTAL_TOKEN";

    private static readonly Option<string?> Url = new("--url") { Description = $"Where the portal is; default: {UrlVariable}, else http://127.0.0.1:8080" };
    private static readonly Option<string?> Bearer = new("--token") { Description = $"A bearer token; better in {TokenVariable} or a file, which other users do not see" };
    private static readonly Option<FileInfo?> TokenFile = new("--token-file") { Description = "A file that holds the token" };

    public static void AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Bearer);
        command.Options.Add(TokenFile);
    }

    /// <summary>Reads options and environment; false with what is wrong in one sentence.</summary>
    public static bool TryRead(ParseResult line, [NotNullWhen(true)] out PortalAccess? access, [NotNullWhen(false)] out string? why)
    {
        (access, why) = (null, null);
        var file = line.GetValue(TokenFile);
        if (file is { Exists: false })
            why = $"There is no file {file.FullName}.";
        var token = line.GetValue(Bearer) ?? (file is null ? Environment.GetEnvironmentVariable(TokenVariable) : file.Exists ? File.ReadAllText(file.FullName) : null);
        if (string.IsNullOrWhiteSpace(token))
            why ??= $"A token is needed: TOKEN=$(LinboPortal token create USER), then {TokenVariable}=$TOKEN or --token-file.";
        var url = line.GetValue(Url) ?? Environment.GetEnvironmentVariable(UrlVariable) ?? "http://127.0.0.1:8080";
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            why ??= $"{url} is no address of a portal.";
        access = why is null ? new PortalAccess(address!, token!.Trim()) : null;
        return access is not null;
    }
}
