using System.Collections.Concurrent;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>What the portal does before a transfer begins: makes a file that exists on request only, or takes one from the client (linbo.md 2.3, 3.5).</summary>
internal sealed class RsyncAnswers(
    LinboTree.LinboTree tree, AskingHosts hosts, ClientFiles clients, ClientLogs logs, UploadDesk uploads, RegistryPatches patches, ClientCallBacks callBacks, TimeProvider time)
{
    /// <summary>The word that lets a host have its commands.</summary>
    public const string Yes = "yes";

    private const string No = "no";
    private const string Done = "done";
    private const string Spool = "boot/grub/spool/";
    private const string BootLog = "linbo.log";
    private const string ImageStatus = "image.status";
    private const int LongestCommands = 64 * 1024;
    private static readonly TimeSpan LongestLateAnswer = TimeSpan.FromSeconds(20);
    private static readonly string[] Kinds = [BootLog, ImageStatus, "hwinfo.gz", "patch.log", "image.log"];

    private readonly ConcurrentDictionary<Guid, byte> later = [];

    /// <summary>What a question led to.</summary>
    /// <param name="Word">The answer for the hook.</param>
    /// <param name="Taken">Bytes taken from the client; null where nothing was to be taken or could be.</param>
    /// <param name="Detail">For the timeline.</param>
    internal sealed record Answer(string Word, long? Taken = null, string? Detail = null);

    /// <summary>Answers one question.</summary>
    public async Task<Answer> AnswerAsync(RsyncTransfer asked, CancellationToken ct)
    {
        if (asked.Module == RsyncConfig.UploadModule)
            return new Answer(await uploads.AnswerAsync(asked.Path, asked.Client, ct));
        if (asked.Path.EndsWith(".reg", StringComparison.OrdinalIgnoreCase))
            return new Answer(Done, Detail: patches.Run(asked.Path) ? $"\"Domain\" set to {patches.Domain}" : null);
        var host = await hosts.FindAsync(asked.Client, ct);
        var name = BootPaths.FileName(asked.Path);
        if (asked.Path.StartsWith("linbocmd/", StringComparison.Ordinal))
            return Commands(asked, host, name);
        if (asked.Path.StartsWith(Spool, StringComparison.Ordinal))
            return await LocalGrubAsync(name, ct);
        if (name.EndsWith(".reboot", StringComparison.Ordinal))
            return Reboot(host, asked.Path);
        if (name.StartsWith("start.conf_", StringComparison.Ordinal))
            return StartConf(host, name);
        return host is null ? new Answer(Done, Detail: "the PC is unknown: nothing was taken from it") : await TakeAsync(asked, host, name, ct);
    }

    /// <summary>
    /// Commands are for the host of that name, or of that address; those with the password for uploads only where it is known by more than DHCP
    /// that the host has the address.
    /// </summary>
    private Answer Commands(RsyncTransfer asked, AskingHost? host, string name)
    {
        if (host is null)
            return new Answer(No, Detail: "whose address this is is not known: the commands are not handed out");
        if (name != $"{asked.Client}.cmd" && !name.Equals(host.Name + ".cmd", StringComparison.OrdinalIgnoreCase))
            return new Answer(No, Detail: "the commands are for another PC");
        return HoldsPassword(name) && !hosts.MayHaveSecrets(host)
            ? new Answer(No, Detail: "the commands hold the password for uploads, and only DHCP says whose address this is: they are not handed out")
            : new Answer(Yes);
    }

    private bool HoldsPassword(string name)
    {
        try
        {
            using var file = new StreamReader(tree.PathOf("linbocmd/" + name));
            var start = new char[LongestCommands];
            return new string(start, 0, file.ReadBlock(start)).Contains(OnBootFile.PasswordMark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private async Task<Answer> LocalGrubAsync(string name, CancellationToken ct)
    {
        // <host>.<group>.grub.cfg; the host's part is not ours to trust and changes nothing.
        var group = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..^".grub.cfg".Length];
        if (await hosts.StartConfAsync(group, ct) is not { } text)
            return new Answer(Done, Detail: $"the group {group} has no start.conf");
        AtomicFile.Write(tree.PathOf(Spool + name), GrubConfig.RenderLocal(StartConfReader.Read(text)));
        return new Answer(Done);
    }

    private Answer Reboot(AskingHost? host, string request)
    {
        if (host is null || GrubEnvironment.FromRebootRequest(request) is not { } block)
            return new Answer(Done, Detail: "no reboot target");
        AtomicFile.Write(tree.PathOf($"{Spool}{host.Name}.reboot"), block);
        return new Answer(Done, Detail: "reboot target kept for GRUB");
    }

    private Answer StartConf(AskingHost? host, string name)
    {
        if (host is null)
            return new Answer(Done, Detail: "the PC is unknown: it gets no start.conf");
        AtomicFile.Write(tree.PathOf("tmp/" + name), host.StartConf ?? "# the group has no start.conf\n");
        return new Answer(Done);
    }

    private async Task<Answer> TakeAsync(RsyncTransfer asked, AskingHost host, string name, CancellationToken ct)
    {
        if (asked.IsDry)
            return new Answer(Done);
        // 4.2 and older ask for it with their name in front, which the file on the PC has not, and want an empty file back so that they empty theirs.
        var isOld = name is not (BootLog or ImageStatus or "hwinfo.gz");
        var kind = isOld ? name[(name.LastIndexOf('_') + 1)..] : name;
        if (!Kinds.Contains(kind))
            return new Answer(Done, Detail: "nobody keeps such a file");
        if (!callBacks.TryBegin(host.Id, kind, out var turn, out var wait))
        {
            // An old client gets no empty file and keeps its own for the next time; a log of a newer one holds all that it ever held.
            if (!isOld && kind == ImageStatus)
                TakeLater(asked, host, name, wait, ct);
            return new Answer(Done, Detail: "not taken: the PC asked for the same a moment ago");
        }

        using (turn)
            return await TakeAsync(asked, host, kind, isOld ? "tmp/" + name : null, ct);
    }

    /// <summary>What the PC did with images is told once: it is fetched when the pause is over, where the PC still runs.</summary>
    private void TakeLater(RsyncTransfer asked, AskingHost host, string name, TimeSpan wait, CancellationToken ct)
    {
        if (!later.TryAdd(host.Id, 0))
            return;
        _ = Task.Run(async () =>
        {
            try
            {
                await Task.Delay(wait, time, CancellationToken.None); // the request is answered long before
            }
            finally
            {
                later.TryRemove(host.Id, out _);
            }

            using var limit = new CancellationTokenSource(LongestLateAnswer, time);
            await TakeAsync(asked, host, name, limit.Token);
        }, ct);
    }

    private async Task<Answer> TakeAsync(RsyncTransfer asked, AskingHost host, string kind, string? emptyFile, CancellationToken ct)
    {
        var (content, reason, boot) = await clients.ReadOfBootAsync(new LinboAddress(host.Id, host.Name, asked.Client), "/tmp/" + kind, ClientLogs.LongestTaken, ct);
        if (content is null)
            return new Answer(Done, Detail: reason);
        switch (kind)
        {
            case "hwinfo.gz":
                logs.Replace(host.Name, kind, content);
                break;
            case ImageStatus:
                logs.Merge(host.Name, kind, content);
                break;
            case BootLog:
                logs.AppendBoot(host.Name, content, boot, isFetched: false);
                break;
            default:
                logs.Append(host.Name, kind, content);
                break;
        }

        if (emptyFile is not null)
            AtomicFile.Write(tree.PathOf(emptyFile), "");
        return new Answer(Done, content.Length, "taken from the PC");
    }
}
