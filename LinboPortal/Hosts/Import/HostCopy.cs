using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace LinboPortal.Hosts.Import;

/// <summary>Writes new hosts with PostgreSQL's COPY, which takes 20,000 rows in the time that single inserts take for a few hundred.</summary>
internal static class HostCopy
{
    private const string Hosts = """
        copy hosts (id, school, name, room_id, group_id, address, role, pxe_flag, comment, office_key, windows_key, dhcp_options, options, created_at)
        from stdin (format binary)
        """;

    private const string Macs = "copy host_macs (mac, host_id, position) from stdin (format binary)";

    /// <summary>Writes rows with their MACs, within the context's transaction; their rooms and groups must be there already.</summary>
    public static async Task WriteAsync(PortalDb db, IReadOnlyCollection<Host> hosts, CancellationToken ct)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using (var copy = await connection.BeginBinaryImportAsync(Hosts, ct))
        {
            foreach (var host in hosts)
                await WriteAsync(copy, host, ct);
            await copy.CompleteAsync(ct);
        }

        await using var macs = await connection.BeginBinaryImportAsync(Macs, ct);
        foreach (var mac in hosts.SelectMany(h => h.Macs))
        {
            await macs.StartRowAsync(ct);
            await macs.WriteAsync(mac.Mac.ToString(), NpgsqlDbType.Varchar, ct);
            await macs.WriteAsync(mac.HostId, NpgsqlDbType.Uuid, ct);
            await macs.WriteAsync(mac.Position, NpgsqlDbType.Integer, ct);
        }

        await macs.CompleteAsync(ct);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, Host host, CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(host.Id, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(host.School, NpgsqlDbType.Varchar, ct);
        await copy.WriteAsync(host.Name, NpgsqlDbType.Varchar, ct);
        await copy.WriteAsync(host.RoomId, NpgsqlDbType.Uuid, ct);
        if (host.GroupId is { } group)
            await copy.WriteAsync(group, NpgsqlDbType.Uuid, ct);
        else
            await copy.WriteNullAsync(ct);
        if (host.Address is { } address)
            await copy.WriteAsync(address, NpgsqlDbType.Inet, ct);
        else
            await copy.WriteNullAsync(ct);
        foreach (var text in (string[])[host.Role, host.PxeFlag, host.Comment, host.OfficeKey, host.WindowsKey, host.DhcpOptions, host.Options])
            await copy.WriteAsync(text, NpgsqlDbType.Text, ct);
        await copy.WriteAsync(host.CreatedAt, NpgsqlDbType.TimestampTz, ct);
    }
}
