using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts.Import;

/// <summary>A host as the import compares it.</summary>
internal sealed record KnownHost(Guid Id, string School, Device Device, IReadOnlyList<MacAddress> Macs, uint Version);

/// <summary>Everything in the database that an import is held against, read in a few queries.</summary>
internal sealed record ImportData(
    IReadOnlyList<KnownHost> Hosts, IReadOnlyDictionary<string, HostGroup> Groups, IReadOnlyList<Subnet> Subnets,
    IReadOnlyDictionary<string, byte[]> Files)
{
    public static async Task<ImportData> ReadAsync(PortalDb db, CancellationToken ct)
    {
        var macs = (await db.HostMacs.Select(m => new { m.HostId, m.Mac, m.Position }).ToListAsync(ct)).ToLookup(m => m.HostId);
        var rows = await db.Hosts.Select(h => new
        {
            h.Id,
            h.School,
            h.Name,
            Room = h.Room!.Name,
            Group = h.Group!.Name,
            h.Address,
            h.Role,
            h.PxeFlag,
            h.Comment,
            h.OfficeKey,
            h.WindowsKey,
            h.DhcpOptions,
            h.Options,
            h.Version,
        }).ToListAsync(ct);
        var hosts = rows.ConvertAll(h =>
        {
            List<MacAddress> own = [.. macs[h.Id].OrderBy(m => m.Position).Select(m => m.Mac)];
            var device = new Device(h.Room, h.Name, h.Group, own.Count > 0 ? own[0] : default, h.Address)
            {
                Role = h.Role,
                PxeFlag = h.PxeFlag,
                Comment = h.Comment,
                OfficeKey = h.OfficeKey,
                WindowsKey = h.WindowsKey,
                DhcpOptions = h.DhcpOptions,
                Options = h.Options,
            };
            return new KnownHost(h.Id, h.School, device, own, h.Version);
        });
        return new ImportData(
            hosts, await db.Groups.ToDictionaryAsync(g => g.Name, ct), await db.Subnets.OrderBy(s => s.Position).ToListAsync(ct),
            await db.DevicesFiles.ToDictionaryAsync(f => f.School, f => f.Content, ct));
    }
}

/// <summary>subnets.csv as text.</summary>
internal static class SubnetRows
{
    /// <summary>Key under which the file is kept beside the schools' devices.csv; no school can be called so.</summary>
    public const string FileKey = "subnets.csv";

    public static string Write(Subnet s) => string.Join(
        ';', s.Network, s.Router, s.RangeFirst, s.RangeLast, s.NameServer, s.NextServer, s.IsSetup ? "SETUP" : "");
}
