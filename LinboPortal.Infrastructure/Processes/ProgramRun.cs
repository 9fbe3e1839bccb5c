using System.Diagnostics;
using System.Text;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>Runs a program to its end, with an argument list and never through a shell.</summary>
/// <param name="Program">Name or path.</param>
/// <param name="Arguments">One entry an argument, unquoted.</param>
public sealed record ProgramRun(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>How long it may take; it is killed with its children after that.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Variables that it needs; of the portal's own it gets next to none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs it and waits for its end.</summary>
    /// <exception cref="ProgramFailedException">It is missing, ran out of time, or (unless allowed) ended with another code than 0.</exception>
    public async Task<ProgramResult> RunAsync(CancellationToken ct, bool allowFailure = false)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ProgramFailedException($"{Program} cannot be started: {e.Message}", e);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // ends with the process
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            throw new ProgramFailedException($"{this} did not end within {Timeout.TotalSeconds:0} s.");
        }

        var result = new ProgramResult(process.ExitCode, await output, await errors);
        return result.ExitCode == 0 || allowFailure
            ? result
            : throw new ProgramFailedException($"{this} ended with code {result.ExitCode}: {result.LastError}");
    }

    /// <summary>For messages: the command as it would be typed.</summary>
    public override string ToString() => new StringBuilder(Program).Append(' ').AppendJoin(' ', Arguments).ToString();

    private ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(Program, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/", // an unprivileged user may not be able to enter ours
        };
        ChildEnvironment.Set(info, Environment);
        return info;
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 where all went well.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line that says something, of the errors or else of the output.</summary>
    public string LastError =>
        (Errors.Length > 0 ? Errors : Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
            ? last
            : "(it said nothing)";
}

/// <summary>A program is missing or failed; the message names it and its last line.</summary>
public sealed class ProgramFailedException(string message, Exception? inner = null) : Exception(message, inner);
