using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// The key pair by which Linux and Windows on PCs know the portal, where a school puts its public half there. It is another than LINBO's: who may
/// restart Windows needs no right to wipe the disk.
/// </summary>
public sealed partial class SystemKey(LinboTree.LinboTree tree, ILogger<SystemKey> logger) : IHostedService
{
    /// <summary>The private half, readable by the portal's account alone.</summary>
    public string PrivatePath => Path.Combine(tree.ConfigDirectory, "systems_ed25519");

    /// <summary>The line for <c>authorized_keys</c>; empty where there is no key.</summary>
    public string PublicLine => File.Exists(PrivatePath + ".pub") ? File.ReadAllText(PrivatePath + ".pub").Trim() : "";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(PrivatePath))
            return;
        try
        {
            Directory.CreateDirectory(tree.ConfigDirectory);
            await new ProgramRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "linboportal-systems", "-f", PrivatePath]).RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is ProgramFailedException or IOException or UnauthorizedAccessException)
        {
            LogNone(e.Message);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "There is no SSH key for Linux and Windows on PCs, and none can be made: {Reason}. apt-get install openssh-client")]
    partial void LogNone(string reason);
}
