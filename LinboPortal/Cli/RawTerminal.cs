using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LinboPortal.Cli;

/// <summary>This side's terminal while another machine's shell uses it: each key goes there, Ctrl-C too. Left, it is as it was.</summary>
internal sealed class RawTerminal : IAsyncDisposable
{
    private readonly string before;
    private readonly PosixSignalRegistration resized;

    private RawTerminal(string before)
    {
        this.before = before;
        resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resized?.Invoke());
    }

    /// <summary>Raised when the window has another size.</summary>
    public event Action? Resized;

    public static async Task<RawTerminal> EnterAsync()
    {
        var before = (await SttyAsync("-g")).Trim();
        await SttyAsync("raw", "-echo");
        return new RawTerminal(before);
    }

    /// <summary>Columns and rows.</summary>
    public static async Task<(int Columns, int Rows)> SizeAsync() =>
        (await SttyAsync("size")).Split(' ', StringSplitOptions.TrimEntries) is [var rows, var columns] && int.TryParse(rows, out var r) && int.TryParse(columns, out var c) && r > 0 && c > 0
            ? (c, r) : (80, 24);

    public async ValueTask DisposeAsync()
    {
        resized.Dispose();
        await SttyAsync(before);
    }

    // stty works on its own standard input, so it must have ours.
    private static async Task<string> SttyAsync(params string[] arguments)
    {
        using var stty = Process.Start(new ProcessStartInfo("stty", arguments) { RedirectStandardOutput = true })!;
        var said = await stty.StandardOutput.ReadToEndAsync();
        await stty.WaitForExitAsync();
        return said;
    }
}
