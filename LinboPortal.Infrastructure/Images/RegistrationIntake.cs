using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Takes in what people registered at PCs (<c>&lt;name&gt;.new</c>): a proposal for the page of new PCs, which a person accepts or not. The line is kept as
/// <c>last_registered</c>, from which LINBO's menu proposes the next name.
/// </summary>
internal sealed class RegistrationIntake(
    IDbContextFactory<PortalDb> databases, UploadFolders folders, LinboTree.LinboTree tree, PortalEvents events, TimeProvider time)
{
    /// <summary>File that clients ask for.</summary>
    public const string LastName = "last_registered";

    private const int Most = 2000;

    /// <summary>Takes in what waits, oldest first.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!Directory.Exists(folders.New))
            return;
        foreach (var file in Directory.GetFiles(folders.New).OrderBy(f => f, StringComparer.Ordinal))
        {
            if (FileFacts.Read(file, followLinks: false) is { IsRegular: true, Size: > 0 and <= PcRegistration.MaxLength }
                && ImageDirectoryReader.ReadStart(file, PcRegistration.MaxLength) is { } bytes
                && PcRegistration.TryParse(System.Text.Encoding.Latin1.GetString(bytes), out var read))
                await TakeAsync(read, AddressIn(file), ct);
            // Once it is taken: a database that was away finds it here again.
            File.Delete(file);
        }
    }

    private async Task TakeAsync(PcRegistration read, IPAddress? client, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        // A PC that is in the inventory already is changed there, by somebody who may.
        if (!await db.HostMacs.AnyAsync(m => m.Mac == read.Mac, ct))
        {
            var pc = await db.NewPcs.AsTracking().FirstOrDefaultAsync(p => p.Mac == read.Mac, ct);
            if (pc is null && await db.NewPcs.CountAsync(p => p.WantedAt != null, ct) >= Most)
                return;
            if (pc is null)
                db.NewPcs.Add(pc = new NewPc { Mac = read.Mac, FirstSeenAt = time.GetUtcNow() });
            (pc.WantedName, pc.WantedRoom, pc.WantedGroup, pc.WantedAddress, pc.WantedRole) = (read.Name, read.Room, read.Group, read.Address, read.Role);
            (pc.WantedAt, pc.LastSeenAt, pc.Address, pc.Ignored) = (time.GetUtcNow(), time.GetUtcNow(), client ?? pc.Address, false);
            await db.SaveChangesAsync(ct);
            events.Publish(new PortalEvent.NewPcSeen(read.Mac));
        }

        // Written from what was understood, not from what was sent.
        AtomicFile.Write(tree.PathOf(LastName), read + "\n");
    }

    private static IPAddress? AddressIn(string file) => Path.GetFileName(file).Split(',') is [_, var text] && IPAddress.TryParse(text, out var address)
        ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : null;
}
