using System.CommandLine;

namespace LinboPortal.Cli;

/// <summary>
/// <c>LinboPortal ssh PC [COMMAND…]</c>: a root shell or a command on a PC through the running portal, which has the key, asks for permission and
/// writes it down. As ssh does, it gives back the command's exit code, and 255 where there is none.
/// </summary>
internal static class ShellCommand
{
    private const int NoCode = 255;

    public static Command Create()
    {
        var host = new Argument<string>("pc") { Description = "Name of the PC" };
        var words = new Argument<string[]>("command") { Description = "What to run there; nothing for a terminal", Arity = ArgumentArity.ZeroOrMore };
        var ssh = new Command("ssh", "A root shell or a command on a PC, through the running portal") { host, words };
        PortalAccess.AddTo(ssh);
        ssh.SetAction((line, ct) => RunAsync(line, line.GetRequiredValue(host), string.Join(' ', line.GetValue(words) ?? []), ct));
        return ssh;
    }

    private static async Task<int> RunAsync(ParseResult line, string host, string command, CancellationToken ct)
    {
        if (!PortalAccess.TryRead(line, out var access, out var why))
        {
            await Console.Error.WriteLineAsync(why);
            return NoCode;
        }

        using var call = new ShellCall(access);
        if (command.Length > 0)
            return await call.RunAsync(host, command, ct) ?? NoCode;
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("A terminal needs one on this side too: say which command to run, or use ssh -t.");
            return NoCode;
        }

        await using var terminal = await RawTerminal.EnterAsync();
        return await call.RunAsync(host, terminal, ct) ?? NoCode;
    }
}
