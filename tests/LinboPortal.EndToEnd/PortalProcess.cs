using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace LinboPortal.EndToEnd;

/// <summary>The published portal as a process of its own, as people run it, with everything it writes in a temporary directory.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    private readonly List<string> output = [];
    private readonly Process process;

    private PortalProcess(string program, IEnumerable<string> arguments) => process = Programs.Start(program, arguments, Take);

    public int ProcessId => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>All that it has written on its console.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <summary>Starts it; it may not answer yet.</summary>
    /// <param name="prefix">What to run it under (a namespace), or nothing.</param>
    /// <param name="settings">Arguments such as <c>--Urls=http://127.0.0.1:1</c>.</param>
    public static async Task<PortalProcess> StartAsync(IReadOnlyList<string> prefix, params IEnumerable<string> settings)
    {
        var folder = await Published.Value;
        // Its port is one for the whole machine; the test of https names another.
        string[] command = [.. prefix, Path.Combine(folder, "LinboPortal"), "--Https:Port=0", .. settings];
        return new PortalProcess(command[0], command[1..]);
    }

    /// <summary>Waits until it answers at its address.</summary>
    public Task AnswersAsync(Uri address, CancellationToken ct) => UntilAsync(address, "health", ct);

    /// <summary>Sends SIGTERM; true when it ended by itself in time.</summary>
    public Task<bool> EndAsync(TimeSpan patience) => Programs.EndAsync(process, patience);

    /// <summary>Kills it without warning (SIGKILL), and nothing that it started.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None); // killed: it cannot stay
    }

    /// <summary>The setup code of the first start, as printed.</summary>
    public Task<string> SetupCodeAsync(CancellationToken ct) => Programs.UntilAsync(
        "the portal prints its setup code", Wait.Limit,
        () => Task.FromResult(SetupCode().Match(Output) is { Success: true } match ? match.Groups["code"].Value : null), ct);

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Wait.Limit);
        process.Dispose();
    }

    private async Task UntilAsync(Uri address, string path, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };
        try
        {
            await Programs.UntilAsync($"{address}{path} answers", 2 * Wait.Limit, async () => HasEnded
                ? throw new InvalidOperationException($"The portal has ended with {process.ExitCode}: {Output}")
                : await AskAsync(http, path, ct), ct);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}. It wrote: {Output}", e);
        }
    }

    private static async Task<object?> AskAsync(HttpClient http, string path, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), ct);
            return answer.StatusCode is HttpStatusCode.OK ? answer.StatusCode : null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // not listening yet, or too busy to say so
        }
    }

    // test.sh has published it; whoever runs this project alone gets it made once.
    private static async Task<string> PublishAsync()
    {
        if (Environment.GetEnvironmentVariable("LINBOPORTAL_PUBLISHED") is { Length: > 0 } made)
            return made;
        var folder = Directory.CreateTempSubdirectory("linboportal-published-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        await Programs.RunAsync(
            "dotnet", ["publish", Path.Combine(Repository.Root, "LinboPortal/LinboPortal.csproj"), "-c", "Release", "-o", folder, "-v", "quiet", "--nologo"],
            CancellationToken.None); // shared by all tests
        return folder;
    }

    private void Take(string line)
    {
        lock (output)
            output.Add(line);
    }

    [GeneratedRegex(@"[Ss]etup code:?\s+(?<code>[A-Za-z0-9-]+)")]
    private static partial Regex SetupCode();
}
