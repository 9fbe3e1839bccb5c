using System.Text;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts.Import;

/// <summary>Gives the data back as the files of a linuxmuster.net server; what did not change is there byte for byte.</summary>
internal sealed class HostExport(IDbContextFactory<PortalDb> databases)
{
    private const string SubnetsHead = "# network/prefix;router;range1;range2;nameserver;nextserver;SETUP\n";

    /// <summary>devices.csv of a school; null where it has neither a file nor a host.</summary>
    public async Task<byte[]?> DevicesAsync(string school, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var data = await ImportData.ReadAsync(db, ct);
        List<Device> devices = [.. data.Hosts.Where(h => h.School == school).OrderBy(h => h.Device.Room, StringComparer.OrdinalIgnoreCase)
            .ThenBy(h => h.Device.Name, StringComparer.Ordinal).Select(h => h.Device)];
        var file = data.Files.GetValueOrDefault(school);
        return file is null && devices.Count == 0 ? null : DevicesCsv.Read(file ?? [], school).Update(devices);
    }

    /// <summary>subnets.csv: the file as imported where it still says the same, else written anew.</summary>
    public async Task<byte[]> SubnetsAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var subnets = await db.Subnets.OrderBy(s => s.Position).ToListAsync(ct);
        var file = await db.DevicesFiles.Where(f => f.School == SubnetRows.FileKey).Select(f => f.Content).FirstOrDefaultAsync(ct);
        var rows = subnets.Select(SubnetRows.Write).ToList();
        return file is not null && SubnetsCsv.Read(file).Subnets.Select(SubnetRows.Write).SequenceEqual(rows)
            ? file
            : Encoding.UTF8.GetBytes(SubnetsHead + string.Concat(rows.Select(r => r + "\n")));
    }
}
