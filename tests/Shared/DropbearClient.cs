using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LinboPortal.Testing;

/// <summary>One fake LINBO client. What it does wrong is asked for by name.</summary>
public sealed class DropbearClient : IAsyncDisposable
{
    private readonly string root;
    private readonly string folder;
    private readonly SemaphoreSlim power = new(1, 1);
    private string key;
    private Process? process;
    private bool isOver;

    internal DropbearClient(string name, IPAddress address, int port, string root, string folder, string? sharedKey)
    {
        (Name, Address, Port, this.root, this.folder) = (name, address, port, root, folder);
        Directory.CreateDirectory(Path.Combine(folder, "client"));
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        key = At("hostkey");
        if (sharedKey is null)
            MakeKey(key);
        else
            File.Copy(sharedKey, key);
        Step = TimeSpan.FromMilliseconds(50);
        IsLinbo = true;
    }

    /// <summary>pc1, pc2, …</summary>
    public string Name { get; }

    /// <summary>Where it answers.</summary>
    public IPAddress Address { get; }

    /// <summary>And on which port.</summary>
    public int Port { get; }

    /// <summary>Names the boot, as <c>/proc/sys/kernel/random/boot_id</c> does.</summary>
    public string BootId { get; private set; } = "";

    /// <summary>True while it runs.</summary>
    public bool IsOn => process is { HasExited: false };

    /// <summary>How it last left LINBO: <c>start</c>, <c>reboot</c>, <c>halt</c>; null where it did not.</summary>
    public string? Left => File.Exists(At("left")) ? File.ReadAllText(At("left")).Trim() : null;

    /// <summary>How often it was powered on.</summary>
    public int Boots { get; private set; }

    /// <summary>True (the default) where it comes up again after <c>reboot</c>.</summary>
    public bool ComesBack { get; set; } = true;

    /// <summary>What was called, over all boots, oldest first: <c>linbo_wrapper sync:1</c>, <c>gui_ctl disable</c>.</summary>
    public IReadOnlyList<string> Calls => File.Exists(At("calls")) ? File.ReadAllLines(At("calls")) : [];

    /// <summary>The pause between lines that a command prints.</summary>
    public TimeSpan Step
    {
        set => File.WriteAllText(At("step"), value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>What it sees as <c>/client</c>.</summary>
    public string Files => Path.Combine(folder, "client");

    /// <summary>A shell script (busybox) that does the work of <c>linbo_wrapper</c>, with its arguments; null for the usual output.</summary>
    public string? Script
    {
        set
        {
            if (value is null)
                File.Delete(At("script"));
            else
                File.WriteAllText(At("script"), value.ReplaceLineEndings("\n") + "\n");
        }
    }

    /// <summary>Another <c>linbo_wrapper</c> for all clients of the room: that of another generation.</summary>
    public string Wrapper
    {
        set => File.WriteAllText(Path.Combine(root, "usr/bin/linbo_wrapper"), value.ReplaceLineEndings("\n"));
    }

    /// <summary>Size of its cache, a file system in memory that holds the images of <see cref="Files"/> once it is mounted; null where it has none.</summary>
    public string? CacheSize
    {
        set
        {
            if (value is null)
                File.Delete(At("cache.size"));
            else
                File.WriteAllText(At("cache.size"), value);
        }
    }

    /// <summary>False where another system than LINBO runs: no <c>/start.conf</c>.</summary>
    public bool IsLinbo
    {
        set
        {
            if (value)
                File.WriteAllText(At("start.conf"), "[LINBO]\n");
            else
                File.Delete(At("start.conf"));
        }
    }

    /// <summary>For <see cref="Script"/>: three megabytes of random bytes, escape sequences among them.</summary>
    public const string Garbage = "head -c 3000000 /dev/urandom; printf '\\033[2J\\033]0;x\\007'; exit 0";

    /// <summary>For <see cref="Script"/>: thirty megabytes of text.</summary>
    public const string Megabytes = "yes 'The quick brown fox jumps over the lazy dog, and LINBO tells of it.' | head -c 30000000; exit 0";

    /// <summary>The path of a file in its <c>/tmp</c>.</summary>
    public string Temporary(string name) => Path.Combine(folder, "tmp", name);

    /// <summary>Starts it with an empty <c>/tmp</c> and a new boot id, and waits until it answers.</summary>
    public async Task PowerOnAsync(CancellationToken ct)
    {
        await power.WaitAsync(ct);
        try
        {
            if (IsOn || isOver)
                return;
            process?.Dispose();
            Directory.Delete(Path.Combine(folder, "tmp"), recursive: true);
            Directory.CreateDirectory(Path.Combine(folder, "tmp"));
            File.Delete(At("left"));
            BootId = Guid.CreateVersion7().ToString();
            await File.WriteAllTextAsync(At("boot_id"), BootId + "\n", ct);
            Boots++;
            process = Launch();
            await AnswersAsync(ct);
        }
        finally
        {
            power.Release();
        }
    }

    /// <summary>Pulls the plug.</summary>
    public async Task PowerOffAsync()
    {
        if (process is not { } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
    }

    /// <summary>Pulls the plug and starts it again.</summary>
    public async Task RebootAsync(CancellationToken ct)
    {
        await PowerOffAsync();
        await PowerOnAsync(ct);
    }

    /// <summary>From the next start on it shows another host key.</summary>
    /// <returns>SHA-256 of the new one.</returns>
    public string ChangeHostKey()
    {
        key = At("hostkey." + Boots);
        return MakeKey(key);
    }

    /// <summary>Cuts all connections; what runs detached goes on.</summary>
    public void DropLine() => Signal(Sessions(), "-KILL");

    /// <summary>Connections stay open but say nothing any more, as behind a dead switch; or they speak again.</summary>
    public void HangLine(bool hangs = true) => Signal(Sessions(), hangs ? "-STOP" : "-CONT");

    /// <summary>It accepts connections and does not answer (swapping, say); or answers again.</summary>
    public void Stall(bool stalls = true) => Signal(Children(process?.Id ?? 0), stalls ? "-STOP" : "-CONT");

    /// <summary>How many are logged in, or about to.</summary>
    public int Logins => Sessions().Count;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isOver = true;
        await PowerOffAsync();
        await power.WaitAsync();
        process?.Dispose();
        power.Dispose();
    }

    internal static string MakeKey(string path)
    {
        var output = DropbearRoot.Run("dropbearkey", "-t", "ed25519", "-f", path);
        var mark = output.IndexOf("SHA256:", StringComparison.Ordinal);
        return output[(mark + 7)..].Split('\n', ' ')[0];
    }

    private string At(string name) => Path.Combine(folder, "client", name);

    private Process Launch()
    {
        var script = $"""
            set -e
            mount --bind '{folder}/client' '{root}/client'
            mount --bind '{folder}/tmp' '{root}/tmp'
            mount --rbind /dev '{root}/dev'
            mount -t proc proc '{root}/proc'
            mount --bind '{At("boot_id")}' '{root}/proc/sys/kernel/random/boot_id'
            exec chroot '{root}' /usr/sbin/dropbear -F -E -s -j -k -p {Address}:{Port} -r '/client/{Path.GetFileName(key)}'
            """;
        var started = new Process
        {
            StartInfo = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script])
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
            EnableRaisingEvents = true,
        };
        started.ErrorDataReceived += (_, _) => { }; // dropbear's log
        started.Exited += (_, _) => _ = ComeBackAsync();
        started.Start();
        started.StandardInput.Close();
        started.BeginErrorReadLine();
        return started;
    }

    private async Task ComeBackAsync()
    {
        if (!isOver && ComesBack && Left == "reboot")
            await PowerOnAsync(CancellationToken.None);
    }

    private async Task AnswersAsync(CancellationToken ct)
    {
        await Wait.ForAsync($"dropbear of {Name} answers on {Address}:{Port}", Wait.Limit, TimeSpan.FromMilliseconds(20), async () =>
        {
            try
            {
                using var tcp = new TcpClient();
                await tcp.ConnectAsync(Address, Port, ct);
                return Name;
            }
            catch (SocketException) when (process is { HasExited: false })
            {
                return null;
            }
        }, ct);
    }

    /// <summary>The processes of dropbear that speak to somebody.</summary>
    private List<int> Sessions() => [.. Children(process?.Id ?? 0).SelectMany(Children).Where(IsDropbear)];

    private static bool IsDropbear(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").Trim() == "dropbear";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static List<int> Children(int parent) =>
    [
        .. from directory in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(directory)
           where char.IsAsciiDigit(name[0]) && ParentOf(name) == parent
           select int.Parse(name, CultureInfo.InvariantCulture),
    ];

    private static int ParentOf(string id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private static void Signal(List<int> processes, string signal)
    {
        if (processes.Count > 0)
            DropbearRoot.Run("kill", [signal, .. processes.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
    }
}
