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

    public static async Task BeginAsync(PortalHome home)
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var socket = Directory.EnumerateFiles(home.Directory, ".s.PGSQL.5432", everywhere).First();
        await Programs.RunAsync(
            "psql", ["-h", Path.GetDirectoryName(socket)!, "-U", "postgres", "-d", "portal", "-v", "ON_ERROR_STOP=1", "-c", States], CancellationToken.None);
    }
}
