using LinboPortal.Infrastructure.Boot;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Makes the tree ready at start: first the directories, then GRUB.</summary>
public sealed partial class TreeService(LinboTree tree, GrubNetDirectory grub, ILogger<TreeService> logger) : BackgroundService
{
    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        TreeDirectories.Ensure(tree);
        LogTree(tree.Root);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => grub.BuildAsync(stoppingToken);

    [LoggerMessage(LogLevel.Information, "The LINBO tree is {Root}")]
    partial void LogTree(string root);
}
