namespace LinboPortal.EndToEnd.Browser;

/// <summary>What PCs do on a morning, as the probes would have seen it: pages have to show states, and no test has fifty PCs.</summary>
internal static class SchoolDay
{
    private const string States = """
        insert into host_statuses (host_id, state, since, seen_at, address)
        select id, (array['Windows', 'Windows', 'Linbo', 'Windows', 'Off', 'Linux'])[1 + n % 6], now() - n * interval '3 minutes', now() - n * interval '20 seconds', address
        from (select id, address, row_number() over (order by name) as n from hosts where name like 'r10%') h
        where n % 7 <> 3
        on conflict (host_id) do update set state = excluded.state, since = excluded.since, seen_at = excluded.seen_at
        """;

    /// <summary>
    /// Two jobs in room r102: one of yesterday with failures, one that runs, as far as the pages can tell: another portal seems to work on it, so
    /// that this one leaves it alone.
    /// </summary>
    private const string Jobs = """
        with made as (
          insert into jobs (id, school, target, commands, way, wake, between, broadcast, no_gui, no_auto, waves, priority, state, note, created_by, created_at, started_at, ended_at, cancel_requested)
          select (lpad(to_hex((extract(epoch from now() - age) * 1000)::bigint), 12, '0') || '7' || substr(md5(state), 1, 3) || '8' || substr(md5(state), 4, 15))::uuid,
            'default-school', 'room:r102', 'sync:1,start:1', 'Direct', '5 minutes', '0', false, false, false, waves, 1, state, '', 'admin', now() - age,
            now() - age, case when state = 'Failed' then now() - age + interval '9 minutes' end, false
          from (values ('Failed', '1,3', interval '20 hours'), ('Running', '', interval '3 minutes')) as v (state, waves, age)
          returning id, state, created_at),
        begun as (
          insert into host_runs (id, job_id, host_id, host, room_id, position, wave, state, command, "offset", percent, speed, "left", last_line, reason, detail, started_at, ended_at, cancel_requested, lease_owner, lease_until)
          select gen_random_uuid(), job, id, name, room_id, n, wave, run, case run when 'Done' then 2 when 'Waiting' then 0 else 1 end, 0,
            case when run = 'Running' then (n * 37) % 100 end, case when run = 'Running' then (40 + n) * 1000000 end, case when run = 'Running' then n * interval '2 seconds' end, '',
            case when run = 'Failed' then (array['CommandFailed', 'ConnectionLost'])[1 + n % 2] end, case when run = 'Failed' and n % 2 = 0 then 'exit code 1' else '' end,
            case when run <> 'Waiting' then made_at + wave * interval '2 minutes' + n * interval '3 seconds' end,
            case when run in ('Done', 'Failed') then made_at + wave * interval '2 minutes' + (70 + n * 5) * interval '1 second' end, false, 'elsewhere', now() + interval '1 day'
          from (select made.id as job, made.state, made.created_at as made_at, h.*, case when made.state = 'Running' or n = 0 then 0 when n < 4 then 1 else 2 end as wave,
              case when n in (7, 11, 20) then 'Failed' when made.state = 'Failed' or n < 10 then 'Done' when n < 24 then 'Running' else 'Waiting' end as run
            from made, (select hosts.*, row_number() over (order by hosts.name)::int - 1 as n from hosts join rooms on rooms.id = room_id where rooms.name = 'r102') h) r
          returning id, state)
        insert into run_outputs (run_id, command, "offset", text, at)
        select id, 1, 0, E'### 20261125-074501 linbo_wrapper sync:1 ###\nCommand     : sync\nOS number   : 1\n' || (select string_agg('Syncing /cache/win11.qcow2, block ' || g * 100, E'\n') from generate_series(1, 40) g) || E'\n', now()
        from begun where state <> 'Waiting'
        """;

    public static async Task BeginAsync(PortalHome home)
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var socket = Directory.EnumerateFiles(home.Directory, ".s.PGSQL.5432", everywhere).First();
        foreach (var statement in new[] { States, Jobs })
            await Programs.RunAsync(
                "psql", ["-h", Path.GetDirectoryName(socket)!, "-U", "postgres", "-d", "portal", "-v", "ON_ERROR_STOP=1", "-c", statement], CancellationToken.None);
    }
}
