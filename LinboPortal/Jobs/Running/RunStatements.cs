using LinboPortal.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace LinboPortal.Jobs.Running;

/// <summary>The SQL by which many runs are written in one go.</summary>
internal static class RunStatements
{
    private const int LongestText = 500;

    // Whoever changes many runs takes them by their keys' order: heartbeat, batch and cancel would wait for one another for ever otherwise.
    private const string Rows =
        """
        WITH locked AS MATERIALIZED (SELECT id FROM host_runs WHERE id = ANY(@id) AND lease_owner = @me ORDER BY id FOR NO KEY UPDATE)
        UPDATE host_runs r SET state = v.state, command = v.command, boot_id = v.boot_id, "offset" = v.printed, percent = v.percent, speed = v.speed,
            "left" = v.rest, last_line = v.last_line, reason = v.reason, detail = v.detail, started_at = v.started_at, ended_at = v.ended_at,
            deadline = v.deadline, lease_owner = v.lease_owner, lease_until = CASE WHEN v.lease_owner IS NULL THEN NULL ELSE r.lease_until END
        FROM locked l, unnest(@id, @state, @command, @boot_id, @printed, @percent, @speed, @rest, @last_line, @reason, @detail, @started_at, @ended_at, @deadline,
            @lease_owner) AS v(id, state, command, boot_id, printed, percent, speed, rest, last_line, reason, detail, started_at, ended_at, deadline, lease_owner)
        WHERE r.id = l.id AND r.id = v.id
        RETURNING r.id
        """;

    private const string Outputs =
        """
        INSERT INTO run_outputs (run_id, command, "offset", text, at)
        SELECT * FROM unnest(@run_id, @command, @begin, @text, @at) ON CONFLICT DO NOTHING
        """;

    private const string Trim =
        """DELETE FROM run_outputs WHERE run_id = @run AND command = @command AND "offset" >= @kept AND "offset" < @until""";

    /// <summary>Writes rows whose lease is ours, and what their PCs printed, in one transaction.</summary>
    /// <returns>The keys of the rows that are ours.</returns>
    public static async Task<HashSet<Guid>> WriteAsync(NpgsqlDataSource source, List<SheetCopy> copies, string owner, long kept, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var ours = await WriteRowsAsync(connection, copies.ConvertAll(c => c.Row), owner, ct);
        await WriteOutputsAsync(connection, [.. copies.Where(c => ours.Contains(c.Row.Id)).SelectMany(c => c.Printed)], ct);
        foreach (var copy in copies.Where(c => c.MustTrim && ours.Contains(c.Row.Id)))
            await TrimAsync(connection, copy.Row, kept, ct);
        await transaction.CommitAsync(ct);
        return ours;
    }

    private static async Task<HashSet<Guid>> WriteRowsAsync(NpgsqlConnection connection, List<HostRun> rows, string owner, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Rows, connection);
        Add(command, "id", NpgsqlDbType.Uuid, rows.ConvertAll(r => r.Id));
        Add(command, "state", NpgsqlDbType.Text, rows.ConvertAll(r => r.State.ToString()));
        Add(command, "command", NpgsqlDbType.Integer, rows.ConvertAll(r => r.Command));
        Add(command, "boot_id", NpgsqlDbType.Text, rows.ConvertAll(r => r.BootId));
        Add(command, "printed", NpgsqlDbType.Bigint, rows.ConvertAll(r => r.Offset));
        Add(command, "percent", NpgsqlDbType.Double, rows.ConvertAll(r => r.Percent));
        Add(command, "speed", NpgsqlDbType.Bigint, rows.ConvertAll(r => r.Speed));
        Add(command, "rest", NpgsqlDbType.Interval, rows.ConvertAll(r => r.Left));
        Add(command, "last_line", NpgsqlDbType.Text, rows.ConvertAll(r => Short(r.LastLine)));
        Add(command, "reason", NpgsqlDbType.Text, rows.ConvertAll(r => r.Reason?.ToString()));
        Add(command, "detail", NpgsqlDbType.Text, rows.ConvertAll(r => Short(r.Detail)));
        Add(command, "started_at", NpgsqlDbType.TimestampTz, rows.ConvertAll(r => r.StartedAt));
        Add(command, "ended_at", NpgsqlDbType.TimestampTz, rows.ConvertAll(r => r.EndedAt));
        Add(command, "deadline", NpgsqlDbType.TimestampTz, rows.ConvertAll(r => r.Deadline));
        Add(command, "lease_owner", NpgsqlDbType.Text, rows.ConvertAll(r => r.LeaseOwner));
        command.Parameters.AddWithValue("me", owner);
        var ours = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            ours.Add(reader.GetGuid(0));
        return ours;
    }

    private static async Task WriteOutputsAsync(NpgsqlConnection connection, List<RunOutput> outputs, CancellationToken ct)
    {
        if (outputs.Count == 0)
            return;
        await using var command = new NpgsqlCommand(Outputs, connection);
        Add(command, "run_id", NpgsqlDbType.Uuid, outputs.ConvertAll(o => o.RunId));
        Add(command, "command", NpgsqlDbType.Integer, outputs.ConvertAll(o => o.Command));
        Add(command, "begin", NpgsqlDbType.Bigint, outputs.ConvertAll(o => o.Offset));
        Add(command, "text", NpgsqlDbType.Text, outputs.ConvertAll(o => o.Text));
        Add(command, "at", NpgsqlDbType.TimestampTz, outputs.ConvertAll(o => o.At));
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task TrimAsync(NpgsqlConnection connection, HostRun row, long kept, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Trim, connection);
        command.Parameters.AddWithValue("run", row.Id);
        command.Parameters.AddWithValue("command", row.Command);
        command.Parameters.AddWithValue("kept", kept);
        command.Parameters.AddWithValue("until", row.Offset - kept);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Add<T>(NpgsqlCommand command, string name, NpgsqlDbType type, List<T> values) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values });

    private static string Short(string text) => (text.Length > LongestText ? text[..LongestText] : text).Replace("\0", "", StringComparison.Ordinal);
}
