using System.Diagnostics;
using System.Globalization;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>
/// Two PCs upload one image in turn while something is killed: a client, rsync's processes, a hook, the portal. All images have one size and one time
/// and only their content differs, as do their .info: nothing but the way they took says what belongs together.
/// </summary>
internal sealed class UploadChaos(RsyncRig rig, int seed) : IAsyncDisposable
{
    private const string Dies = "the portal dies here";
    private const string Last = "the last one";
    private static readonly string[] Victims = ["client", "workers", "workers", "parent", "hook", "hook", "portal"];
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Random random = new(seed);
    private readonly UploadingPc[] pcs = [new UploadingPc(rig, "127.0.3.2"), new UploadingPc(rig, "127.0.3.4")];
    private readonly Dictionary<string, byte[]> made = [];
    private readonly HashSet<string> told = [];
    private readonly HashSet<string> seen = [];
    private readonly List<string> history = [];
    private int kills;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Images => rig.Tree.PathOf("images/chaos");

    public async Task RoundAsync(int round)
    {
        var timestamp = Time.AddDays(round).ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
        var pc = pcs[random.Next(pcs.Length)];
        // The first one lives, so that there is something to lose.
        var victim = round == 0 ? "nothing" : Victims[random.Next(Victims.Length)];
        await MakeAsync(pc, timestamp, round);
        // Nobody makes an image in less than a minute, and then the other PC may send its own too.
        await rig.Until(() => Task.FromResult(!Children(Daemon).Any()), "the last round's processes have ended");
        AgeLock();
        var isTold = await SendAsync(pc, victim);
        history.Add($"{round} {timestamp} {victim}{(isTold ? " told" : "")}");
        if (isTold)
            told.Add(timestamp);
        if (round == 0)
            await rig.Until(() => Task.FromResult(Sets().Count == 1), "the first one");
        AssertWhole();
    }

    /// <summary>Nothing dies any more: what was told is there, and the last one is live.</summary>
    public async Task EndAsync()
    {
        await MakeAsync(pcs[0], "203001010000", 250);
        // A hook of the round before may still give the image to the other PC for a minute.
        await rig.Until(
            () =>
            {
                AgeLock();
                return SendAsync(pcs[0], "nothing");
            },
            Last);
        told.Add("203001010000");
        await rig.Until(() => Task.FromResult(Timestamp(Path.Combine(Images, "chaos.qcow2.info")) == "203001010000"), Last);
        await rig.Until(
            () => Task.FromResult(new[] { rig.Images.Uploads.Sets, rig.Images.Uploads.Journals }.All(d => Directory.GetFileSystemEntries(d).Length == 0)), "all is taken in");
        AssertWhole();
        var lost = told.Except(Sets().Select(Timestamp)).ToList();
        Assert.True(lost.Count == 0, $"lost: {string.Join(", ", lost)}; seed {seed}: {string.Join("; ", history)}");
    }

    public override string ToString() => $"seed {seed}: {kills} kills in {history.Count} rounds, {told.Count} uploads told to be whole, {seen.Count} sets, none mixed, none lost";

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    private async Task MakeAsync(UploadingPc pc, string timestamp, int round)
    {
        // Images of one size: content is what tells them apart.
        var content = await ImageTree.RealQcow2Async(1, (byte)(round % 251));
        BitConverter.TryWriteBytes(content.AsSpan(content.Length - 4096), round);
        made[timestamp] = content;
        pc.Make("chaos.qcow2", timestamp, content);
        foreach (var file in Directory.GetFiles(pc.Cache))
            File.SetLastWriteTimeUtc(file, Time);
    }

    private void AgeLock()
    {
        var path = Path.Combine(rig.Images.Uploads.Locks, "chaos");
        if (File.Exists(path))
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddMinutes(-2));
    }

    /// <returns>True where the PC was told that image and .info are whole.</returns>
    private async Task<bool> SendAsync(UploadingPc pc, string victim)
    {
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (victim == "portal")
            await RestartAsync(DieAt(random.Next(12), died));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var client = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var killing = KillAsync(victim, client, over.Token);
        var isTold = await SendAsync(pc, client.Token);
        if (victim == "hook")
            await Task.WhenAny(killing, Task.Delay(TimeSpan.FromMilliseconds(300), Ct)); // the last hook runs when the client is gone
        await over.CancelAsync();
        await killing;
        if (victim == "portal")
        {
            await Task.WhenAny(died.Task, Task.Delay(TimeSpan.FromSeconds(isTold ? 4 : 0.5), Ct));
            kills += died.Task.IsCompleted ? 1 : 0;
            await RestartAsync(null);
        }

        return isTold;
    }

    private static async Task<bool> SendAsync(UploadingPc pc, CancellationToken kill)
    {
        var isTold = true;
        // A client sends on, whatever became of the file before.
        foreach (var name in new[] { "chaos.qcow2", "chaos.qcow2.info" })
        {
            try
            {
                var result = await new ProgramRun("rsync", pc.Arguments(name, "images/chaos/" + name, "--bwlimit=8000"))
                {
                    Environment = new Dictionary<string, string> { ["RSYNC_PASSWORD"] = RsyncRig.Password },
                }.RunAsync(kill, allowFailure: true);
                isTold &= result.ExitCode == 0;
            }
            catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
            {
                return false;
            }
            catch (ProgramFailedException)
            {
                return false; // nobody answers the client any more, so it was told nothing
            }
        }

        return isTold;
    }

    /// <summary>At one of its steps everything stops, as with SIGKILL: no step after it is done.</summary>
    private static Action<string> DieAt(int step, TaskCompletionSource died) => _ =>
    {
        if (Interlocked.Decrement(ref step) >= 0)
            return;
        died.TrySetResult();
        throw new InvalidOperationException(Dies);
    };

    private async Task RestartAsync(Action<string>? step)
    {
        await rig.StopHooksAsync();
        await rig.Images.StopAsync();
        await rig.Images.StartAsync(step);
        await rig.StartHooksAsync();
    }

    private async Task KillAsync(string victim, CancellationTokenSource client, CancellationToken over)
    {
        var (milliseconds, hook) = (random.Next(10, 500), random.Next(4));
        if (victim is "nothing" or "portal")
            return;
        try
        {
            if (victim == "hook")
            {
                await KillHookAsync(hook, random.Next(12), over);
                return;
            }

            await Task.Delay(milliseconds, over);
            if (victim == "client")
            {
                kills++;
                await client.CancelAsync();
                return;
            }

            foreach (var parent in Children(Daemon))
                Kill([parent, .. victim == "workers" ? Children(parent) : []]);
        }
        catch (OperationCanceledException)
        {
            // All was sent before.
        }
    }

    /// <summary>Kills the hook of the image or the .info, before or after the transfer, some milliseconds after it began, with the process that called it.</summary>
    private async Task KillHookAsync(int number, int milliseconds, CancellationToken over)
    {
        HashSet<int> known = [];
        while (true)
        {
            over.ThrowIfCancellationRequested();
            foreach (var parent in Children(Daemon))
            {
                foreach (var hook in Children(parent).Concat(Children(parent).SelectMany(Children)).Where(IsHook).Where(known.Add))
                {
                    if (known.Count <= number)
                        continue;
                    await Task.Delay(milliseconds, Ct);
                    Kill([hook, parent]);
                    return;
                }
            }

            await Task.Delay(1, over);
        }
    }

    private int Daemon => rig.Daemon.ProcessId ?? 0;

    private static bool IsHook(int process) => Read($"/proc/{process}/cmdline").Contains("/hook", StringComparison.Ordinal) && Read($"/proc/{process}/comm").Trim() != "rsync";

    private void Kill(IEnumerable<int> processes)
    {
        foreach (var id in processes)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                kills++;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended by itself.
            }
        }
    }

    private static IEnumerable<int> Children(int process) =>
        Read($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Timestamp(string info) => Read(info) is { Length: > 0 } text ? ImageInfo.Read(System.Text.Encoding.ASCII.GetBytes(text)).Timestamp : "";

    /// <summary>The .info of each set that has an image, live and former.</summary>
    private List<string> Sets() => Directory.Exists(Images)
        ? [.. Directory.GetFiles(Images, "chaos.qcow2.info", SearchOption.AllDirectories).Where(f => !f.Contains("/.", StringComparison.Ordinal) && File.Exists(f[..^".info".Length]))]
        : [];

    /// <summary>Of which upload a content is; where of none, which parts of it are.</summary>
    private string Origin(byte[] content)
    {
        if (made.FirstOrDefault(m => m.Value.AsSpan().SequenceEqual(content)) is { Key: { } whole })
            return whole;
        var parts = Enumerable.Range(0, content.Length / 65536).Select(i => made.FirstOrDefault(
            m => m.Value.Length >= (i + 1) * 65536 && m.Value.AsSpan(i * 65536, 65536).SequenceEqual(content.AsSpan(i * 65536, 65536))).Key ?? "-");
        return $"{content.Length} bytes of {string.Join(' ', parts)}";
    }

    /// <summary>Each set that looks whole is what one PC sent.</summary>
    private void AssertWhole()
    {
        foreach (var info in Sets().Where(f => !seen.Contains(f)))
        {
            byte[] content;
            var before = Timestamp(info);
            try
            {
                content = File.ReadAllBytes(info[..^".info".Length]);
            }
            catch (IOException)
            {
                continue; // it is being exchanged
            }

            // Exchanged between the reads: what a client sees then it sees at its next look too.
            if (before.Length == 0 || before != Timestamp(info))
                continue;
            Assert.True(made[before].AsSpan().SequenceEqual(content), $"mixed: {info} says {before}, its content is {Origin(content)}; seed {seed}: {string.Join("; ", history)}");
            // A version stays as it is.
            if (info.Contains("/backups/", StringComparison.Ordinal))
                seen.Add(info);
        }
    }
}
