using System.Collections.Concurrent;
using System.Security.Cryptography;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>A TFTP server on a free port, with a tree of its own.</summary>
internal sealed class RunningTftp : IAsyncDisposable
{
    private readonly BlockingCollection<BootObservation> observations = [];
    private readonly TemporaryFolder folder = new();
    private bool stopped;

    private RunningTftp(TftpOptions options)
    {
        Directory.CreateDirectory(folder.At("srv"));
        var tree = new Infrastructure.LinboTree.LinboTree(folder.At("srv"), folder.At("config"), folder.At("log"));
        Server = new TftpServer(tree, observations.Add, Options.Create(options), TimeProvider.System, Log);
    }

    public TftpServer Server { get; }

    public FakeLogger<TftpServer> Log { get; } = new();

    public int Port => Server.Port;

    public string Root => folder.At("srv");

    public static async Task<RunningTftp> StartAsync(Action<TftpOptions>? configure = null)
    {
        var options = new TftpOptions { Port = 0, StopGrace = TimeSpan.Zero };
        configure?.Invoke(options);
        var running = new RunningTftp(options);
        await running.Server.StartAsync(TestContext.Current.CancellationToken);
        return running;
    }

    /// <summary>Writes a file of random bytes.</summary>
    public byte[] Write(string name, int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        Write(name, bytes);
        return bytes;
    }

    public void Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    public string Outside(string name, string text = "secret") => folder.Write(name, text);

    /// <summary>The next transfer or refusal that is reported.</summary>
    public BootObservation Reported() =>
        observations.TryTake(out var seen, Wait.Limit) ? seen : throw new TimeoutException($"No transfer and no refusal was reported within {Wait.Limit.TotalSeconds:0} s.");

    public async Task StopAsync()
    {
        stopped = true;
        await Server.StopAsync(CancellationToken.None); // the end of a test
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopped)
            await StopAsync();
        Server.Dispose();
        observations.Dispose();
        folder.Dispose();
    }
}
