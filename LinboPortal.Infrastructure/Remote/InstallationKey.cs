using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// The key pair by which clients know this installation: made once in LINBO's configuration directory. The public half must stand in
/// <c>/.ssh/authorized_keys</c> of the initramfs.
/// </summary>
public sealed partial class InstallationKey(LinboTree.LinboTree tree, ILogger<InstallationKey> logger) : IHostedService
{
    /// <summary>The private half, readable by the portal's account alone.</summary>
    public string PrivatePath => Path.Combine(tree.ConfigDirectory, "id_ed25519");

    /// <summary>The public half.</summary>
    public string PublicPath => PrivatePath + ".pub";

    /// <summary>What hinders, in one sentence with the remedy; empty where all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The line for <c>authorized_keys</c>; empty where there is no key.</summary>
    public string PublicLine => File.Exists(PublicPath) ? File.ReadAllText(PublicPath).Trim() : "";

    /// <summary>Makes the pair where there is none.</summary>
    public async Task EnsureAsync(CancellationToken ct)
    {
        if (File.Exists(PrivatePath))
            return;
        Directory.CreateDirectory(tree.ConfigDirectory);
        try
        {
            await new ProgramRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "linboportal", "-f", PrivatePath]).RunAsync(ct);
            LogMade(PrivatePath);
        }
        catch (ProgramFailedException e)
        {
            Problem = $"There is no SSH key for the clients, and none can be made: {e.Message}. apt-get install openssh-client";
            LogProblem(Problem);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => EnsureAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Made the SSH key {Path}: its public half belongs into the initramfs")]
    partial void LogMade(string path);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    partial void LogProblem(string problem);
}
