using System.Text;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;
using LinboPortal.Hosts;
using LinboPortal.Hosts.Import;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LinboPortal.Tests.Hosts;

/// <summary>Each test has a database of its own: an import concerns all of it.</summary>
public sealed class HostImportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Devices = """
        # Raum 101
        r101;r101-pc01;lab1;52:54:00:aa:bb:01;10.16.101.1;;;;classroom-studentcomputer;;1;;;;am Fenster;
        r101;r101-pc02;lab1;525400AABB02;DHCP;;;;classroom-studentcomputer;keep;1;a;b;c;;opt

        # Drucker
        ;r102;
        r102;printer;nopxe;52:54:00:aa:bb:03;10.16.102.9;;;;printer;;0

        """;

    private const string StartConf = "[LINBO]\r\nGroup = lab1\r\nCache = /dev/sda1\r\n[Partition]\r\nDev = /dev/sda1\r\nLabel = cache\r\nSize = 10G\r\nId = 83\r\nFSType = ext4\r\nBootable = no\r\n";

    private readonly PortalEvents events = new();
    private ServiceProvider services = null!;
    private string database = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IDbContextFactory<PortalDb> Databases => services.GetRequiredService<IDbContextFactory<PortalDb>>();

    private HostImport Import => new(Databases, events, TimeProvider.System);

    private HostExport Export => new(Databases);

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync(CancellationToken.None);
        services = new ServiceCollection().AddSingleton(NpgsqlDataSource.Create(database)).AddPortalDb().BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await postgres.DropDatabaseAsync(database, CancellationToken.None);
    }

    [Fact]
    public async Task A_server_is_taken_over_as_it_is_and_a_second_time_without_effect()
    {
        var files = new[] { File("devices.csv", Devices), File("subnets.csv", "# nets\n10.16.0.0/16;10.16.0.1;;;;;SETUP\n"), File("start.conf.lab1", StartConf) };
        var plan = await Import.PreviewAsync(files, new ImportWishes(), Ct);
        Assert.Equal((3, 0, 0, 1, 1, false), (plan.New.Count, plan.Changed.Count, plan.Missing.Count, plan.Groups.Count, plan.Subnets.Count, plan.HasErrors));
        using var told = events.Subscribe();
        Assert.IsType<ImportOutcome.Done>(await ApplyAsync(files, new ImportWishes(), plan.Fingerprint));
        Assert.True(told.Reader.TryRead(out var first) && first is PortalEvent.GroupUpdated { Group: "lab1", Revision: 1 });
        Assert.True(told.Reader.TryRead(out var second) && second is PortalEvent.HostsImported { Created: 3 });
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            var group = await db.Groups.SingleAsync(g => g.Name == "lab1", Ct);
            Assert.Equal(StartConf, group.StartConf);
            var revision = await db.StartConfRevisions.SingleAsync(Ct);
            Assert.Equal((1, "import", "admin"), (revision.Number, revision.Note, revision.SavedBy));
            Assert.Equal("10.16.0.0/16", (await db.Subnets.SingleAsync(Ct)).Network.ToString());
            Assert.Equal(1, await db.AuditEntries.CountAsync(Ct));
            Assert.Equal(["r101", "r102"], await db.Rooms.OrderBy(r => r.Name).Select(r => r.Name).ToListAsync(Ct));
        }

        Assert.Equal(Devices, Encoding.UTF8.GetString((await Export.DevicesAsync(Host.DefaultSchool, Ct))!));
        Assert.Equal(files[1].Content, await Export.SubnetsAsync(Ct));
        var again = Assert.IsType<ImportOutcome.Done>(await ApplyAsync(files, new ImportWishes())).Plan;
        Assert.True(again.IsEmpty);
        Assert.Equal((3, 1), (again.Unchanged, again.UnchangedGroups));
        Assert.False(told.Reader.TryRead(out _));
        await using var after = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal((1, 1), (await after.AuditEntries.CountAsync(Ct), await after.StartConfRevisions.CountAsync(Ct)));
    }

    [Fact]
    public async Task Changes_show_old_and_new_values_and_are_written()
    {
        await ApplyAsync([File("devices.csv", Devices)], new ImportWishes());
        var text = Devices.Replace("am Fenster", "an der Tür", StringComparison.Ordinal).Replace("r101-pc02;lab1", "r101-pc02;lab2", StringComparison.Ordinal);
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("devices.csv", text)], new ImportWishes())).Plan;
        Assert.Equal(
            [new FieldChange(HostField.Comment, "am Fenster", "an der Tür"), new FieldChange(HostField.Group, "lab1", "lab2")],
            plan.Changed.SelectMany(c => c.Changes));
        Assert.Equal("lab2", (await FindAsync("r101-pc02"))?.Group);
        Assert.Equal(text, Encoding.UTF8.GetString((await Export.DevicesAsync(Host.DefaultSchool, Ct))!));
    }

    [Fact]
    public async Task Missing_hosts_go_only_when_asked()
    {
        await ApplyAsync([File("devices.csv", Devices)], new ImportWishes());
        var shorter = File("devices.csv", string.Join('\n', Devices.Split('\n').Where(l => !l.Contains("printer", StringComparison.Ordinal))));
        var kept = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([shorter], new ImportWishes())).Plan;
        Assert.Equal((1, 0), (kept.Missing.Count, kept.Deleted));
        Assert.NotNull(await FindAsync("printer"));
        Assert.Contains("r102;printer;nopxe;52:54:00:aa:bb:03;10.16.102.9", Encoding.UTF8.GetString((await Export.DevicesAsync(Host.DefaultSchool, Ct))!), StringComparison.Ordinal);
        await ApplyAsync([shorter], new ImportWishes(DeleteMissing: true, ConfirmedDeletes: 1));
        Assert.Null(await FindAsync("printer"));
    }

    [Fact]
    public async Task An_import_whose_data_changed_since_the_preview_is_refused()
    {
        var file = File("devices.csv", Devices);
        await ApplyAsync([file], new ImportWishes());
        var changed = File("devices.csv", Devices.Replace("am Fenster", "hinten", StringComparison.Ordinal));
        var plan = await Import.PreviewAsync([changed], new ImportWishes(), Ct);
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "printer").ExecuteUpdateAsync(s => s.SetProperty(h => h.Comment, "x"), Ct);
        var outdated = Assert.IsType<ImportOutcome.Outdated>(await ApplyAsync([changed], new ImportWishes(), plan.Fingerprint));
        Assert.NotEqual(plan.Fingerprint, outdated.Plan.Fingerprint);
        Assert.Equal("am Fenster", (await FindAsync("r101-pc01"))?.Comment);
    }

    [Fact]
    public async Task Hosts_exchange_their_MACs_and_are_renamed_by_them()
    {
        await ApplyAsync([File("devices.csv", Devices)], new ImportWishes());
        var before = await FindAsync("printer");
        var text = Devices.Replace("52:54:00:aa:bb:01", "X", StringComparison.Ordinal).Replace("525400AABB02", "52:54:00:aa:bb:01", StringComparison.Ordinal)
            .Replace("X", "52:54:00:aa:bb:02", StringComparison.Ordinal).Replace("printer;nopxe", "plotter;nopxe", StringComparison.Ordinal);
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("devices.csv", text)], new ImportWishes())).Plan;
        Assert.Equal((0, 3, 0), (plan.New.Count, plan.Changed.Count, plan.Missing.Count));
        Assert.Equal("52:54:00:aa:bb:02", (await FindAsync("r101-pc01"))?.Macs.Single().ToString());
        Assert.Equal(before?.Id, (await FindAsync("plotter"))?.Id);
    }

    [Fact]
    public async Task Schools_have_files_and_prefixes_of_their_own_and_collide_across_them()
    {
        var gym = "r1;pc1;lab1;52:54:00:00:00:01;10.1.0.1;;;;classroom-studentcomputer;;1\n";
        var good = await ApplyAsync([File("devices.csv", "r1;pc1;lab1;52:54:00:00:00:02;10.1.0.1;;;;mobile;;1\n"), File("gym.devices.csv", gym)], new ImportWishes());
        Assert.Equal(2, Assert.IsType<ImportOutcome.Done>(good).Plan.Issues.Count(i => i is ImportIssue.Row { Issue.Problem: HostProblem.TakenInOtherSchool }) + 1);
        Assert.NotNull(await FindAsync("gym-pc1"));
        Assert.Equal(gym, Encoding.UTF8.GetString((await Export.DevicesAsync("gym", Ct))!));
        var bad = await Import.PreviewAsync([File("devices.csv", "r1;gym-pc1;lab1;52:54:00:00:00:01;DHCP;;;;mobile;;1\n")], new ImportWishes(), Ct);
        Assert.Equal(
            [new(HostField.Name, HostProblem.TakenBy, "gym-pc1", "gym-pc1"), new(HostField.Mac, HostProblem.TakenBy, "52:54:00:00:00:01", "gym-pc1")],
            bad.Issues.OfType<ImportIssue.Row>().Where(i => !i.IsWarning).Select(i => i.Issue));
        var other = gym.Replace("00:01", "00:77", StringComparison.Ordinal);
        var twoFiles = await Import.PreviewAsync([File("a.devices.csv", other), File("b.devices.csv", other)], new ImportWishes(), Ct);
        Assert.Contains(twoFiles.Issues.OfType<ImportIssue.Row>(), i => i is { File: "b.devices.csv", Line: 1, Issue: { Problem: HostProblem.DuplicateInFile, Other: "a.devices.csv:1" } });
    }

    [Theory]
    [InlineData("r1;pc1;lab1;52:54:00:00:00:01;10.1.0.1\nr1;pc2;lab1;52-54-00-00-00-01;10.1.0.2\n", 2, 13, HostField.Mac, HostProblem.DuplicateInFile)]
    [InlineData("r1;pc1;lab1;52:54:00:00:00:01;10.1.0.1\r\nr1;PC1;lab1;52:54:00:00:00:02;10.1.0.2\r\n", 2, 4, HostField.Name, HostProblem.DuplicateInFile)]
    [InlineData("\uFEFFr1;pc1;lab1;52:54:00:00:00:01;10.1.0.1\nr1;pc2;lab1;52:54:00:00:00:02;10.1.0.1\n", 2, 31, HostField.Address, HostProblem.DuplicateInFile)]
    [InlineData("r1;pc1;lab1;52:54:00:00:00:01\n", 1, 30, HostField.Row, HostProblem.MissingColumns)]
    [InlineData("r1;pc1;lab1;52:54:00:00:00:zz;10.1.0.1\n", 1, 13, HostField.Mac, HostProblem.NotAMac)]
    public async Task A_broken_file_is_refused_by_line_and_column(string text, int line, int column, HostField field, HostProblem problem)
    {
        var plan = Assert.IsType<ImportOutcome.Refused>(await ApplyAsync([File("devices.csv", text)], new ImportWishes())).Plan;
        var issue = Assert.Single(plan.Issues.OfType<ImportIssue.Row>(), i => !i.IsWarning);
        Assert.Equal(("devices.csv", line, column, field, problem), (issue.File, issue.Line, issue.Column, issue.Issue.Field, issue.Issue.Problem));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(0, await db.Hosts.CountAsync(Ct));
    }

    [Fact]
    public async Task Other_encodings_are_named()
    {
        var latin = new ImportFile("devices.csv", Encoding.Latin1.GetBytes("# ok\nr1;pc1;lab1;52:54:00:00:00:01;DHCP;;;;;;1;;;;Büro\n"));
        var issue = Assert.IsType<ImportIssue.Row>(Assert.Single((await Import.PreviewAsync([latin], new ImportWishes(), Ct)).Issues));
        Assert.Equal((2, HostProblem.NotUtf8), (issue.Line, issue.Issue.Problem));
        Assert.Contains("ü", issue.Issue.Other, StringComparison.Ordinal);
        var utf16 = new ImportFile("devices.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Devices)]);
        Assert.Equal("UTF-16", Assert.IsType<ImportIssue.Row>(Assert.Single((await Import.PreviewAsync([utf16], new ImportWishes(), Ct)).Issues)).Issue.Other);
        var conf = new ImportFile("start.conf.lab1", [.. "[LINBO]\n# B"u8, 0xFC, .. "ro\n"u8]);
        Assert.Equal(
            new ImportIssue.Whole("start.conf.lab1", ImportFileProblem.NotUtf8, 2, 4), Assert.Single((await Import.PreviewAsync([conf], new ImportWishes(), Ct)).Issues));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Marks_line_endings_comments_and_odd_columns_survive(string ending)
    {
        var text = "\uFEFF# Kommentar;mit;Semikolon" + ending + "r1;pc1;lab1;52:54:00:00:00:01;DHCP;;;;mobile;;1;;;" + ending
            + "r1;pc2;lab1;52:54:00:00:00:02;DHCP;;;;mobile;x;1;y;z;w;c;o;extra;more" + ending + "  lose Zeile";
        await ApplyAsync([File("devices.csv", text)], new ImportWishes());
        Assert.Equal(Encoding.UTF8.GetBytes(text), await Export.DevicesAsync(Host.DefaultSchool, Ct));
    }

    [Fact]
    public async Task Unknown_sections_and_a_hash_in_a_value_are_warnings_and_a_size_that_is_none_is_refused()
    {
        var unknown = await Import.PreviewAsync([File("start.conf.lab1", StartConf + "[Extra]\r\nx = y\r\n")], new ImportWishes(), Ct);
        Assert.False(unknown.HasErrors);
        Assert.Contains(unknown.Issues.OfType<ImportIssue.StartConf>(), i => i is { Problem.Code: StartConfProblemCode.UnknownSection, Line: 11 });
        var hash = await Import.PreviewAsync([File("start.conf.lab1", StartConf.Replace("= cache", "= ca#che", StringComparison.Ordinal))], new ImportWishes(), Ct);
        Assert.False(hash.HasErrors);
        Assert.Contains(hash.Issues.OfType<ImportIssue.StartConf>(), i => i is { Problem.Code: StartConfProblemCode.HashInValue, Line: 6 });
        var size = await ApplyAsync([File("start.conf.lab1", StartConf.Replace("Size =", "Size = viel", StringComparison.Ordinal))], new ImportWishes());
        var issue = Assert.Single(Assert.IsType<ImportOutcome.Refused>(size).Plan.Issues, i => !i.IsWarning);
        Assert.Equal("start.conf.lab1", issue.File);
    }

    [Fact]
    public async Task A_group_named_otherwise_inside_its_file_is_taken_with_a_warning()
    {
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("start.conf.lab9", StartConf)], new ImportWishes())).Plan;
        Assert.Contains(plan.Issues.OfType<ImportIssue.StartConf>(), i => i is { Problem.Code: StartConfProblemCode.GroupMismatch, IsWarning: true });
    }

    [Fact]
    public async Task Files_commented_like_the_examples_of_LINBO_come_in_without_errors_and_go_out_byte_for_byte()
    {
        const string text = """
            # example for two systems (efi, gpt)

            [LINBO]                             # global section
            Group = group                       # name of the group
            Cache = /dev/sda3                   # cache partition
            RootTimeout = 600
            DownloadType = torrent              # (torrent|multicast|rsync)
            Locale = de-de                      # gui locale <de-de|en-gb|fr-fr|es-es>
            KernelOptions = quiet splash        # space separated
            #KernelOptions = server=10.0.0.5

            [Partition]          # efi system partition
            Dev = /dev/sda1      # device name
            Label = efi
            Size = 200M          # kiB without a unit
            Id = ef
            FSType = vfat
            Bootable = yes

            [Partition]          # reserved
            Dev = /dev/sda2
            Label = msr
            Size = 128M
            Id = 0c01
            FSType =             # no filesystem
            Bootable = no

            [Partition]          # cache
            Dev = /dev/sda3
            Label = cache
            Size =               # the rest
            Id = 83
            FSType = ext4
            Bootable = no

            """;
        var (unix, windows) = (File("start.conf.efi", text), File("start.conf.crlf", text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.IsType<ImportOutcome.Done>(await ApplyAsync([unix, windows], new ImportWishes()));
        Assert.Equal(unix.Content, StartConfWriter.Encode((await ConfAsync("efi"))!));
        Assert.Equal(windows.Content, StartConfWriter.Encode((await ConfAsync("crlf"))!));
    }

    [Theory]
    [InlineData("start.conf.grub")]
    [InlineData("start.conf.Default")]
    [InlineData("start.conf.NoPXE")]
    public async Task A_group_is_not_named_like_a_file_of_LINBO(string name)
    {
        var plan = Assert.IsType<ImportOutcome.Refused>(await ApplyAsync([File(name, StartConf)], new ImportWishes())).Plan;
        Assert.Equal(new ImportIssue.Whole(name, ImportFileProblem.Reserved), Assert.Single(plan.Issues));
    }

    [Fact]
    public async Task A_host_does_not_make_a_group_named_like_a_file_of_LINBO()
    {
        var plan = Assert.IsType<ImportOutcome.Refused>(await ApplyAsync([File("devices.csv", Devices.Replace(";lab1;", ";grub;", StringComparison.Ordinal))], new ImportWishes())).Plan;
        Assert.Contains(plan.Issues, i => i is ImportIssue.Row { Line: 2, Issue: { Field: HostField.Group, Problem: HostProblem.Reserved, Value: "grub" } });
    }

    [Fact]
    public async Task Unknown_names_are_left_out_and_said()
    {
        var plan = await Import.PreviewAsync([File("start.conf", "x"), File("start.conf-10.0.0.1", "x"), File("start.conf.a b", "x"), File("notes.txt", "x")], new ImportWishes(), Ct);
        Assert.Equal(4, plan.Ignored.Count);
        Assert.Equal(
            plan.Ignored, plan.Issues.OfType<ImportIssue.Whole>().Where(i => i is { Problem: ImportFileProblem.NotKnown, IsWarning: true }).Select(i => i.File));
        Assert.True(plan.IsEmpty);
    }

    [Fact]
    public async Task Replacing_a_PC_whose_address_the_new_one_takes_needs_the_old_one_deleted()
    {
        await ApplyAsync([File("devices.csv", "r1;old;lab1;52:54:00:00:00:01;10.1.0.1\n")], new ImportWishes());
        var file = File("devices.csv", "r1;new;lab1;52:54:00:00:00:02;10.1.0.1\n");
        var refused = Assert.IsType<ImportOutcome.Refused>(await ApplyAsync([file], new ImportWishes())).Plan;
        Assert.Contains(refused.Issues, i => i is ImportIssue.Row { Issue: { Problem: HostProblem.TakenBy, Other: "old" } });
        Assert.IsType<ImportOutcome.Done>(await ApplyAsync([file], new ImportWishes(DeleteMissing: true, ConfirmedDeletes: 1)));
        Assert.Null(await FindAsync("old"));
    }

    [Fact]
    public async Task Deleting_more_than_a_fifth_needs_their_number()
    {
        string Rows(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i => $"r1;pc{i};lab1;{new MacAddress(0x525400200000UL + (ulong)i)};DHCP;;;;mobile;;1\n"));
        await ApplyAsync([File("devices.csv", Rows(0, 10))], new ImportWishes());
        var few = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("devices.csv", Rows(2, 8))], new ImportWishes(DeleteMissing: true))).Plan;
        Assert.Equal((2, false), (few.Deleted, few.NeedsNumber));
        var many = File("devices.csv", Rows(4, 6));
        Assert.False((await Import.PreviewAsync([many], new ImportWishes(), Ct)).NeedsNumber);
        foreach (var wrong in (int?[])[null, 0, 1, 8])
        {
            var asked = Assert.IsType<ImportOutcome.NumberNeeded>(await ApplyAsync([many], new ImportWishes(DeleteMissing: true, ConfirmedDeletes: wrong))).Plan;
            Assert.Equal((2, true), (asked.Deleted, asked.NeedsNumber));
        }

        Assert.NotNull(await FindAsync("pc2"));
        Assert.IsType<ImportOutcome.Done>(await ApplyAsync([many], new ImportWishes(DeleteMissing: true, ConfirmedDeletes: 2)));
        Assert.Null(await FindAsync("pc2"));
    }

    [Fact]
    public async Task Deleting_all_of_a_school_needs_their_number_however_few_they_are()
    {
        var many = string.Concat(Enumerable.Range(0, 20).Select(i => $"r1;pc{i};lab1;{new MacAddress(0x525400300000UL + (ulong)i)};DHCP;;;;mobile;;1\n"));
        await ApplyAsync([File("devices.csv", many), File("abc.devices.csv", "r1;pc1;lab1;52:54:00:00:00:01;DHCP;;;;mobile;;1\n")], new ImportWishes());
        foreach (var text in new[] { "# all of them are gone\n", "r1;other;lab1;52:54:00:00:00:02;DHCP;;;;mobile;;1\n" })
        {
            var plan = Assert.IsType<ImportOutcome.NumberNeeded>(await ApplyAsync([File("abc.devices.csv", text)], new ImportWishes(DeleteMissing: true))).Plan;
            Assert.Equal(1, plan.Deleted);
            Assert.Equal(text[0] == '#', plan.Issues.Any(i => i is ImportIssue.Whole { Problem: ImportFileProblem.NoHosts }));
        }
    }

    [Fact]
    public async Task A_file_that_a_spreadsheet_quoted_brings_its_hosts_and_deletes_none()
    {
        const string plain = "r1;r1-pc01;g1;52:54:00:00:00:01;10.0.0.1;;;;classroom-studentcomputer;;1\nr1;r1-pc02;g1;52:54:00:00:00:02;10.0.0.2;;;;classroom-studentcomputer;;1\n";
        await ApplyAsync([File("devices.csv", plain)], new ImportWishes());
        var quoted = string.Concat(plain.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(';', l.Split(';').Select(c => $"\"{c}\"")) + "\n"));
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("devices.csv", quoted)], new ImportWishes(DeleteMissing: true))).Plan;
        Assert.Equal((0, 0, 2), (plan.Deleted, plan.Changed.Count, plan.Unchanged));
        Assert.Contains(plan.Issues, i => i is ImportIssue.Row { Line: 1, Issue.Problem: HostProblem.Quoted, IsWarning: true });
        Assert.Equal(quoted, Encoding.UTF8.GetString((await Export.DevicesAsync(Host.DefaultSchool, Ct))!));
    }

    [Fact]
    public async Task What_could_not_be_read_is_never_missing()
    {
        await ApplyAsync([File("devices.csv", Devices), File("subnets.csv", "10.16.0.0/12;10.31.255.254;;;;;SETUP\n10.0.0.0/16;10.0.0.1;;;;;\n")], new ImportWishes());
        var odd = Devices.Replace("r102;printer", " r102;printer", StringComparison.Ordinal);
        Assert.NotEqual(Devices, odd);
        var plan = await Import.PreviewAsync([File("devices.csv", odd), File("subnets.csv", "10.16.0.0/12;10.31.255.254;;;;;SETUP\n10.0.0.0/16;10.1.0.1;;;;;\n")], new ImportWishes(DeleteMissing: true), Ct);
        Assert.Empty(plan.Missing);
        Assert.Empty(plan.Subnets);
        Assert.Contains(plan.Issues, i => i is ImportIssue.Row { Issue.Problem: HostProblem.CommentLooksLikeRow });
        Assert.Contains(plan.Issues, i => i is ImportIssue.Row { Issue.Problem: HostProblem.RowSkipped });
    }

    [Fact]
    public async Task What_another_file_or_host_has_is_told_for_rows_with_other_errors_too()
    {
        await ApplyAsync([File("devices.csv", "r1;pc1;lab1;52:54:00:00:00:01;10.0.0.1;;;;mobile;;1\nr1;pc2;lab1;52:54:00:00:00:02;10.0.0.2;;;;mobile;;1\n")], new ImportWishes());
        var broken = File("devices.csv", "r_1;pc1;lab1;52:54:00:00:00:02;10.0.0.2;;;;mobile;;1\nr_1;pc3;lab1;52:54:00:00:00:09;10.0.0.9;;;;mobile;;1\n");
        var other = File("abc.devices.csv", "r1;pc9;lab2;52:54:00:00:00:09;10.0.0.99;;;;mobile;;1\n");
        var plan = await Import.PreviewAsync([broken, other], new ImportWishes(), Ct);
        Assert.Equal(
            [
                (1, HostField.Room, HostProblem.BadCharacter, "_"), (1, HostField.Mac, HostProblem.TakenBy, "pc2"), (1, HostField.Address, HostProblem.TakenBy, "pc2"),
                (2, HostField.Room, HostProblem.BadCharacter, "_"), (2, HostField.Mac, HostProblem.DuplicateInFile, "abc.devices.csv:1"),
            ],
            plan.Issues.OfType<ImportIssue.Row>().Where(i => i.File == "devices.csv").Select(i => (i.Line, i.Issue.Field, i.Issue.Problem, i.Issue.Other)));
    }

    [Fact]
    public async Task A_school_has_its_own_group_where_its_start_conf_is_there()
    {
        const string row = "r101;pc01;raum101;{0};{1};;;;classroom-studentcomputer;;1\n";
        string Row(int number) => string.Format(System.Globalization.CultureInfo.InvariantCulture, row, $"52:54:00:00:00:0{number}", $"10.0.0.{number}");
        var (ours, theirs) = (File("devices.csv", Row(1)), File("abc.devices.csv", Row(2)));
        var conf = StartConf.Replace("Group = lab1", "Group = raum101", StringComparison.Ordinal);
        var shared = await Import.PreviewAsync([ours, theirs, File("start.conf.raum101", conf)], new ImportWishes(), Ct);
        Assert.Equal(
            [("abc.devices.csv", 1, 11, "default-school"), ("devices.csv", 1, 11, "abc")],
            shared.Issues.OfType<ImportIssue.Row>().Where(i => i.Issue.Problem == HostProblem.SharedGroup).Select(i => (i.File, i.Line, i.Column, i.Issue.Other)));

        var own = File("start.conf.abc+raum101", conf.Replace("raum101", "abc+raum101", StringComparison.Ordinal));
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync([ours, theirs, File("start.conf.raum101", conf), own], new ImportWishes())).Plan;
        Assert.DoesNotContain(plan.Issues, i => i is ImportIssue.Row { Issue.Problem: HostProblem.SharedGroup });
        Assert.Equal(("raum101", "abc+raum101"), ((await FindAsync("pc01"))?.Group, (await FindAsync("abc-pc01"))?.Group));
        Assert.Equal(Row(2), Encoding.UTF8.GetString((await Export.DevicesAsync("abc", Ct))!));
        // Later imports of the file alone find the group in the database.
        Assert.True(Assert.IsType<ImportOutcome.Done>(await ApplyAsync([theirs], new ImportWishes())).Plan.IsEmpty);
    }

    [Fact]
    public async Task Files_of_all_generations_of_LINBO_come_in_and_go_out_byte_for_byte()
    {
        const string old = """
            [LINBO]
            Server = 10.0.0.1
            Group = old            #Hardwareklasse
            Cache = /dev/sda2
            RootTimeout = 600
            SystemType = bios64
            Locale = de-DE
            BackgroundFontColor = white         # font color of status section (default: white)
            ConsoleFontColorStdout = lightgreen
            ConsoleFontColorStderr = orange
            AutoFormat = nein

            [Partition]
            Dev = /dev/sda2
            Label = cache
            Size =        # der Rest
            Id = 8300
            FSType = ext4
            Bootable = no

            [Partition]
            Dev = /dev/sda1
            Label = Windows Sieben
            Size = 50,5G
            Id = 7
            FSType = NTFS
            Bootable = true

            [OS]
            Name = "Windows"
            Version = 2020
            BaseImage = win 7.cloop
            Boot = /dev/sda1
            Root = /dev/sda1
            Kernel = /grub.exe
            Initrd =
            Append =
            DefaultAction = boot

            """;
        var files = new[] { File("start.conf.old", old), File("start.conf.oldmac", old.Replace('\n', '\r')), File("start.conf.none", "# nothing yet\n"), File("start.conf.bom", "\uFEFF" + old) };
        var plan = Assert.IsType<ImportOutcome.Done>(await ApplyAsync(files, new ImportWishes())).Plan;
        Assert.NotEmpty(plan.Issues);
        foreach (var file in files)
            Assert.Equal(file.Content, StartConfWriter.Encode((await ConfAsync(file.Name["start.conf.".Length..]))!));
    }

    [Fact]
    public async Task Thousands_of_hosts_come_in_at_once_and_are_told_as_one()
    {
        var rows = Enumerable.Range(0, 3000).Select(i => $"r{i / 30};pc{i:0000};lab{i % 40};{new MacAddress(0x525400100000UL + (ulong)i)};10.{i / 250}.1.{i % 250 + 1};;;;classroom-studentcomputer;;1");
        using var told = events.Subscribe();
        Assert.IsType<ImportOutcome.Done>(await ApplyAsync([File("devices.csv", string.Join('\n', rows))], new ImportWishes()));
        Assert.Equal(41, told.Reader.Count);
        Assert.Equal(3000, (await new HostList(Databases).CountAsync(Admin, new HostQuery(), Ct)).Total);
        Assert.Equal(100, (await new RoomList(Databases).ReadAsync(Admin, Ct)).Count);
        var last = await new HostList(Databases).ReadAsync(Admin, new HostQuery { Page = 60 }, Ct);
        Assert.Equal("pc2999", last.Items[^1].Name);
    }

    private static LinboPortal.Core.Accounts.Person Admin => LinboPortal.Core.Accounts.Person.Portal with { UserName = "admin" };

    private static ImportFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    private Task<ImportOutcome> ApplyAsync(IReadOnlyList<ImportFile> files, ImportWishes wishes, string? fingerprint = null) =>
        Import.ApplyAsync(Admin, files, wishes, fingerprint, progress: null, Ct);

    private async Task<string?> ConfAsync(string group)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        return await db.Groups.Where(g => g.Name == group).Select(g => g.StartConf).SingleAsync(Ct);
    }

    private Task<HostDetails?> FindAsync(string name) => new HostList(Databases).FindAsync(Admin, name, Ct);
}
