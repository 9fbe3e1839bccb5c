using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// Ends connections to the rsync daemon that nobody needs: those that say nothing for ten seconds, and those of one address beyond a limit. Each costs a
/// process, and rsync's own limits begin only once a module is chosen. rsync forks then, so that something runs after the transfer; that is how a silent one
/// is known.
/// </summary>
internal sealed partial class RsyncConnections(RsyncDaemon daemon, IOptions<RsyncOptions> options, TimeProvider time, ILogger<RsyncConnections> logger) : BackgroundService
{
    /// <summary>How long a client may take to choose its module and to show its password.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly Dictionary<int, Connection> known = [];

    private sealed record Connection(IPAddress? Client, long Since)
    {
        public bool HasModule { get; set; }
    }

    /// <summary>Looks once.</summary>
    /// <returns>How many were ended.</returns>
    internal int Look()
    {
        if (daemon.ProcessId is not { } parent || Children(parent) is not { } workers)
            return 0;
        var ended = 0;
        var gone = known.Keys.Except(workers).ToList();
        gone.ForEach(id => known.Remove(id));
        Learn(parent, workers);
        foreach (var (id, _) in known.Where(c => !c.Value.HasModule && time.GetElapsedTime(c.Value.Since) > Silence).ToList())
            ended += End(id);
        foreach (var many in known.Where(c => c.Value.Client is not null).GroupBy(c => c.Value.Client!).Where(g => g.Count() > options.Value.MaxConnectionsPerAddress).ToList())
        {
            var over = many.OrderBy(c => c.Value.HasModule).ThenByDescending(c => c.Value.Since).Take(many.Count() - options.Value.MaxConnectionsPerAddress).ToList();
            over.ForEach(c => ended += End(c.Key));
            LogMany(many.Key, options.Value.MaxConnectionsPerAddress, over.Count);
        }

        return ended;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled || options.Value.IsExternal)
            return;
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogUnseen(e.Message); // the next second looks again
            }
        }
    }

    private void Learn(int parent, HashSet<int> workers)
    {
        var fresh = workers.Where(w => !known.ContainsKey(w)).ToList();
        var sockets = fresh.Count > 0 ? Sockets(parent) : [];
        foreach (var id in fresh)
            known[id] = new Connection(ClientOf(id, sockets), time.GetTimestamp());
        // What cannot be seen counts as chosen: nothing is ended by a guess.
        foreach (var (id, connection) in known.Where(c => !c.Value.HasModule))
            connection.HasModule = Children(id) is not { Count: 0 };
    }

    private int End(int id)
    {
        known.Remove(id);
        foreach (var below in Children(id) ?? [])
            ProcessLauncher.Signal(below, ProcessSignal.Terminate);
        ProcessLauncher.Signal(id, ProcessSignal.Terminate);
        return 1;
    }

    private static HashSet<int>? Children(int parent)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => int.Parse(c, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    /// <summary>The other ends of TCP connections in the daemon's network, by the inode of the socket.</summary>
    private static Dictionary<string, IPAddress> Sockets(int parent)
    {
        Dictionary<string, IPAddress> found = [];
        foreach (var table in new[] { "tcp", "tcp6" })
        {
            var path = $"/proc/{parent}/net/{table}";
            foreach (var line in File.Exists(path) ? File.ReadLines(path).Skip(1) : [])
            {
                // sl local remote state queues timer retransmits uid timeout inode
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > 9 && columns[9] != "0")
                    found[columns[9]] = Address(columns[2]);
            }
        }

        return found;
    }

    private static IPAddress Address(string remote)
    {
        // Words of four bytes, each in the order of this machine.
        var bytes = Convert.FromHexString(remote[..remote.IndexOf(':', StringComparison.Ordinal)]);
        for (var i = 0; BitConverter.IsLittleEndian && i < bytes.Length; i += 4)
            Array.Reverse(bytes, i, 4);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static IPAddress? ClientOf(int id, Dictionary<string, IPAddress> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Select(Target).Where(t => t.StartsWith("socket:[", StringComparison.Ordinal))
                .Select(t => sockets.GetValueOrDefault(t[8..^1])).FirstOrDefault(a => a is not null && a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Client} had more than {Most} connections to rsync (Distribution:Rsync:MaxConnectionsPerAddress): {Ended} were ended")]
    private partial void LogMany(IPAddress client, int most, int ended);

    [LoggerMessage(LogLevel.Debug, "The connections of rsync could not be looked at: {Reason}")]
    private partial void LogUnseen(string reason);
}
