using System.Diagnostics;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>Runs a program to its end, for instance <c>grub-mknetdir</c>.</summary>
public static class ProcessRun
{
    /// <summary>What a program left behind.</summary>
    /// <param name="ExitCode">0 for success.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>The last line that says something, to show to people.</summary>
        public string LastLine => (Error.Length > 0 ? Error : Output).Split('\n').LastOrDefault(l => l.Trim().Length > 0)?.Trim() ?? "";
    }

    /// <summary>Starts the program with an argument list and waits; a cancelled run is killed with all its children.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<Outcome> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        ChildEnvironment.Set(info, environment ?? new Dictionary<string, string>());
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
