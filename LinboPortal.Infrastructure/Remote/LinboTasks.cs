using System.Text;
using System.Text.RegularExpressions;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Asks LINBO on a PC what it does by itself: whether a command of <c>linbo_wrapper</c> runs, and what its log says.</summary>
public sealed partial class LinboTasks(SshConnections connections, LinboPassword password)
{
    private const int LongestLog = 64 * 1024;

    // The brackets keep the script from finding itself.
    private static readonly string Script =
        "for c in /proc/[0-9]*/cmdline; do tr '\\000' ' ' < \"$c\" 2>/dev/null | grep -q 'linbo_wrappe[r]' && { echo busy; break; }; done; echo; "
        + $"tail -c {LongestLog} /tmp/linbo.log 2>/dev/null; true";

    /// <summary>True while a command runs, and the end of LINBO's log without passwords; null where the PC does not answer.</summary>
    public async Task<(bool IsBusy, string Log)?> AskAsync(LinboAddress client, CancellationToken ct)
    {
        try
        {
            var connection = await connections.TakeAsync(client, ct);
            try
            {
                var answer = await connection.RunAsync(Script, ct, limit: LongestLog + 16);
                var text = Encoding.UTF8.GetString(answer.Output);
                return (text.StartsWith("busy", StringComparison.Ordinal), Clean(text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]));
            }
            finally
            {
                connections.Release(connection);
            }
        }
        catch (LinboClientException)
        {
            return null;
        }
    }

    private string Clean(string log)
    {
        var secret = password.Read();
        var text = secret.Length > 0 ? log.Replace(secret, "***", StringComparison.Ordinal) : log;
        return string.Concat(Token().Replace(text, "linbo:***").Where(c => c == '\n' || !char.IsControl(c)));
    }

    [GeneratedRegex(@"linbo:[^\s]+")]
    private static partial Regex Token();
}
