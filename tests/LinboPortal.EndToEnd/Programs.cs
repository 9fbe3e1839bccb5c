using System.Diagnostics;

namespace LinboPortal.EndToEnd;

/// <summary>Programs of this machine, run with an argument list.</summary>
internal static class Programs
{
    /// <summary>Runs to the end and gives back what it wrote.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(StartInfo(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}{await output}");
    }

    /// <summary>Starts a program that goes on; each line it writes is handed to <paramref name="line"/>.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, Action<string> line, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = StartInfo(program, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => line(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => line(e.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Asks a program to end as the system does (SIGTERM), and ends it by force when it is not gone in time.</summary>
    /// <returns>True when it went by itself.</returns>
    public static async Task<bool> EndAsync(Process process, TimeSpan patience)
    {
        if (process.HasExited)
            return true;
        await RunAsync("kill", ["-TERM", $"{process.Id}"], CancellationToken.None);
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None); // killed: it cannot stay
            return false;
        }
    }

    /// <summary>Asks again and again, until the answer is something.</summary>
    /// <exception cref="TimeoutException">It stayed nothing; the message says what was waited for.</exception>
    public static Task<T> UntilAsync<T>(string what, TimeSpan patience, Func<Task<T?>> ask, CancellationToken ct)
        where T : class => Wait.ForAsync(what, patience, TimeSpan.FromMilliseconds(100), ask, ct);

    private static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
}
