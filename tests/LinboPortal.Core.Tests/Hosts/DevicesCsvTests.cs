using System.Text;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class DevicesCsvTests
{
    private const string Row = "r101;r101-pc01;lab1;52:54:00:aa:bb:01;10.16.101.1;;;;classroom-studentcomputer;;1;;;;;";

    [Fact]
    public void A_row_is_read_column_by_column()
    {
        var csv = Read("r101;R101-PC01;lab1;52-54-00-AA-BB-01;10.16.101.1;OFF;WIN;next-server 1.2.3.4;staffcomputer;x;2;y;z;;note;opt;more\n");
        Assert.Empty(csv.Issues);
        var device = Assert.Single(csv.Rows).Device;
        Assert.Equal(
            new Device("r101", "r101-pc01", "lab1", MacAddress.Parse("52:54:00:aa:bb:01"), System.Net.IPAddress.Parse("10.16.101.1"))
            {
                OfficeKey = "OFF",
                WindowsKey = "WIN",
                DhcpOptions = "next-server 1.2.3.4",
                Role = "staffcomputer",
                PxeFlag = "2",
                Comment = "note",
                Options = "opt",
            },
            device);
    }

    [Fact]
    public void A_short_row_as_LINBO_registers_it_is_a_host()
    {
        var csv = Read("r101;pc1;nopxe;525400aabb01;DHCP;;;;classroom-studentcomputer;;0");
        Assert.Empty(csv.Issues);
        Assert.Null(csv.Rows[0].Device.Address);
        Assert.Null(csv.Rows[0].Device.Group);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# a;b;c;d;e")]
    [InlineData(";r1;pc;g")]
    [InlineData("-----")]
    [InlineData("  ")]
    [InlineData("\t# tabbed; comment; with; many; columns")]
    public void What_does_not_start_with_a_letter_or_digit_is_a_comment(string line)
    {
        var csv = Read(line + "\n" + Row + "\n");
        Assert.Empty(csv.Issues);
        Assert.Single(csv.Rows);
    }

    [Fact]
    public void A_row_pushed_in_by_a_space_is_pointed_out()
    {
        var issue = Assert.Single(Read(" " + Row).Issues);
        Assert.Equal((1, 1, HostProblem.CommentLooksLikeRow, true), (issue.Line, issue.Column, issue.Issue.Problem, issue.Issue.IsWarning));
    }

    [Theory]
    [InlineData("r101", 5)]
    [InlineData("r101;pc1;lab1", 14)]
    [InlineData("r101;pc1;lab1;52:54:00:aa:bb:01", 32)]
    public void A_row_with_missing_columns_is_an_error_at_its_end(string row, int column)
    {
        var issue = Assert.Single(Read("#\n" + row + "\n").Issues);
        Assert.Equal((2, column, HostProblem.MissingColumns, "5"), (issue.Line, issue.Column, issue.Issue.Problem, issue.Issue.Other));
    }

    [Theory]
    [InlineData("r 1;pc1;lab1;52:54:00:aa:bb:01;DHCP;;;;printer", 1, HostField.Room, HostProblem.BadCharacter)]
    [InlineData("r1;pc_1;lab1;52:54:00:aa:bb:01;DHCP;;;;printer", 4, HostField.Name, HostProblem.BadCharacter)]
    [InlineData("r1;;lab1;52:54:00:aa:bb:01;DHCP;;;;printer", 4, HostField.Name, HostProblem.Missing)]
    [InlineData("r1;pc1;;52:54:00:aa:bb:01;DHCP;;;;mobile;;1", 8, HostField.Group, HostProblem.Missing)]
    [InlineData("r1;pc1;lab/1;52:54:00:aa:bb:01;DHCP;;;;mobile;;1", 8, HostField.Group, HostProblem.BadCharacter)]
    [InlineData("r1;pc1;lab1;52:54:00:aa:bb;DHCP;;;;printer", 13, HostField.Mac, HostProblem.NotAMac)]
    [InlineData("r1;pc1;lab1;;DHCP;;;;printer", 13, HostField.Mac, HostProblem.Missing)]
    [InlineData("r1;pc1;lab1;52:54:00:aa:bb:01;10.1.1.300;;;;printer", 31, HostField.Address, HostProblem.NotAnAddress)]
    [InlineData("r1;pc1;lab1;52:54:00:aa:bb:01;;;;;printer", 31, HostField.Address, HostProblem.Missing)]
    [InlineData("r1;pc1;lab1;52:54:00:aa:bb:01;DHCP;;;;printer;;;;;;a\u0001b", 52, HostField.Comment, HostProblem.BadCharacter)]
    public void An_error_is_named_by_line_and_column(string row, int column, HostField field, HostProblem problem)
    {
        var csv = Read(row);
        var issue = Assert.Single(csv.Issues);
        Assert.True(csv.HasErrors);
        Assert.Equal((1, column, field, problem), (issue.Line, issue.Column, issue.Issue.Field, issue.Issue.Problem));
        Assert.Empty(csv.Rows);
    }

    [Fact]
    public void All_errors_are_gathered_at_once()
    {
        var csv = Read("r 1;pc_1;;xx;yy;;;;mobile;;1\nr1;12;lab1;52:54:00:aa:bb:01;DHCP;;;;printer\n");
        Assert.Equal(
            [HostField.Room, HostField.Name, HostField.Group, HostField.Mac, HostField.Address, HostField.Name],
            csv.Issues.Select(i => i.Issue.Field));
    }

    [Theory]
    [InlineData("r101;R101-pc01;lab1;52:54:00:aa:bb:02;10.16.101.2;;;;printer", HostField.Name, 6)]
    [InlineData("r101;r101-pc02;lab1;5254.00aa.bb01;10.16.101.2;;;;printer", HostField.Mac, 21)]
    [InlineData("r101;r101-pc02;lab1;52:54:00:aa:bb:02;10.16.101.1;;;;printer", HostField.Address, 39)]
    public void A_duplicate_names_the_other_line(string second, HostField field, int column)
    {
        var issue = Assert.Single(Read("# first\n" + Row + "\n" + second + "\n").Issues);
        Assert.Equal((3, column, field, "2"), (issue.Line, issue.Column, issue.Issue.Field, issue.Issue.Other));
        Assert.Equal(HostProblem.DuplicateInFile, issue.Issue.Problem);
    }

    [Fact]
    public void Duplicates_are_named_in_rows_with_other_errors_too()
    {
        var csv = Read(Row + "\nr_101;r101-pc01;lab1;52:54:00:aa:bb:01;10.16.101.1;;;;printer\n");
        Assert.Equal(
            [(HostField.Room, HostProblem.BadCharacter), (HostField.Name, HostProblem.DuplicateInFile), (HostField.Mac, HostProblem.DuplicateInFile), (HostField.Address, HostProblem.DuplicateInFile)],
            csv.Issues.Select(i => (i.Issue.Field, i.Issue.Problem)));
    }

    [Fact]
    public void Cells_in_quotation_marks_are_read_and_told_once()
    {
        var csv = Read(""""
            "r1";"r1-pc01";"g1";"52:54:00:00:00:01";"10.0.0.1";"";"";"filename ""x.img""";"classroom-studentcomputer";"";"1"
            "r1" ; "r1-pc02";g1;"52:54:00:00:00:02";"10.0.0.2";"";"";"";"classroom-studentcomputer";"";"1"
            "r1;r1-pc03;g1;52:54:00:00:00:03;10.0.0.3;;;;classroom-studentcomputer;;1"
            "# r1";"r1-pc04";"g1";"52:54:00:00:00:04";"10.0.0.4"
            """");
        var issue = Assert.Single(csv.Issues);
        Assert.Equal((1, HostProblem.Quoted, "3", true), (issue.Line, issue.Issue.Problem, issue.Issue.Other, issue.Issue.IsWarning));
        Assert.Equal(["r1-pc01", "r1-pc02", "r1-pc03"], csv.Rows.Select(r => r.Device.Name));
        Assert.Equal("filename \"x.img\"", csv.Rows[0].Device.DhcpOptions);
        Assert.Empty(csv.Unread);
    }

    [Fact]
    public void A_semicolon_in_quotation_marks_is_an_error_because_devices_csv_cannot_hold_it()
    {
        var issue = Assert.Single(Read("r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1;;;;\"a;b\"").Issues, i => !i.Issue.IsWarning);
        Assert.Equal((HostField.Comment, HostProblem.BadCharacter, ";", 50), (issue.Issue.Field, issue.Issue.Problem, issue.Issue.Other, issue.Column));
    }

    [Fact]
    public void A_quotation_mark_that_nothing_closes_is_a_character_and_told()
    {
        var csv = Read("r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1;;;;\"19 Zoll;x");
        Assert.Equal((HostProblem.QuoteNotClosed, true), (Assert.Single(csv.Issues).Issue.Problem, csv.Issues[0].Issue.IsWarning));
        Assert.Equal("\"19 Zoll", csv.Rows[0].Device.Comment);
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void All_line_endings_are_read_and_kept(string ending)
    {
        var text = $"# head{ending}r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1{ending}r1;pc2;g1;52:54:00:00:00:02;DHCP;;;;mobile;;1{ending}";
        var csv = Read(text);
        Assert.Empty(csv.Issues);
        Assert.Equal([2, 3], csv.Rows.Select(r => r.Line));
        Assert.Equal(text, Encoding.UTF8.GetString(csv.Update([.. csv.Rows.Select(r => r.Device)])));
    }

    [Theory]
    [InlineData(" r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData("\u00a0r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData("\uFEFFr1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData("_r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData("'r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData(";pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData("\"r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    public void A_comment_that_looks_like_a_host_is_told_and_its_host_is_not_missing(string row)
    {
        var csv = Read(Row + "\n" + row + "\n");
        var issue = Assert.Single(csv.Issues);
        Assert.Equal((2, HostProblem.CommentLooksLikeRow, true), (issue.Line, issue.Issue.Problem, issue.Issue.IsWarning));
        Assert.Equal(("pc1", MacAddress.Parse("52:54:00:00:00:01")), (Assert.Single(csv.Unread).Name, csv.Unread[0].Mac));
    }

    [Theory]
    [InlineData("#r1;pc1;g1;52:54:00:00:00:01;DHCP;;;;mobile;;1")]
    [InlineData(";;;;;;;;;;;;;;;")]
    [InlineData("\"\";\"\";\"\";\"\";\"\"")]
    public void Comments_and_empty_rows_of_a_spreadsheet_need_no_word(string row) => Assert.Empty(Read(Row + "\n" + row + "\n").Issues);

    [Theory]
    [InlineData("r1,pc1,g1,52:54:00:00:00:01,DHCP", ",")]
    [InlineData("\"r1\",\"pc1\",\"g1\",\"52:54:00:00:00:01\",\"DHCP\"", ",")]
    [InlineData("r1\tpc1\tg1\t52:54:00:00:00:01\tDHCP", "\\t")]
    public void Columns_separated_otherwise_are_an_error_that_says_so(string row, string by)
    {
        var issue = Assert.Single(Read(row).Issues, i => !i.Issue.IsWarning);
        Assert.Equal((HostProblem.WrongSeparator, by), (issue.Issue.Problem, issue.Issue.Other));
    }

    [Theory]
    [InlineData("r1;p1;;52:54:00:00:00:01;10.0.0.9;;;;printer;;0", null)]
    [InlineData("r1;p1;;52:54:00:00:00:01;10.0.0.9;;;;printer;;1", null)]
    [InlineData("r1;p1;Drucker 1. OG;52:54:00:00:00:01;10.0.0.9;;;;printer;;0", HostProblem.GroupNotUsed)]
    [InlineData("r1;p1;default;52:54:00:00:00:01;10.0.0.9;;;;switch;;", HostProblem.GroupNotUsed)]
    [InlineData("r1;p1;;52:54:00:00:00:01;10.0.0.9;;;;mobile;;0", null)]
    [InlineData("r1;p1;nopxe;11:11:11:11:11:11;10.0.0.9;;;;switch;;0", HostProblem.NoCardsMac)]
    [InlineData("r1;p1;nopxe;00:00:00:00:00:00;10.0.0.9;;;;iponly;;0", HostProblem.NoCardsMac)]
    public void Devices_that_do_not_boot_are_not_judged_as_PCs(string row, HostProblem? warning)
    {
        var csv = Read(row);
        Assert.False(csv.HasErrors);
        Assert.Equal(warning, csv.Issues.Select(i => (HostProblem?)i.Issue.Problem).SingleOrDefault());
        Assert.Null(Assert.Single(csv.Rows).Device.Group);
        Assert.Equal(row, Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device])));
    }

    [Fact]
    public void A_cell_that_is_no_DHCP_statement_is_a_warning()
    {
        var csv = Read("r1;pc1;g1;52:54:00:00:00:01;DHCP;;;optional text,next-server 10.0.0.5;mobile;;1");
        var issue = Assert.Single(csv.Issues);
        Assert.Equal((HostField.DhcpOptions, HostProblem.NotAStatement, "optional text", 36, true), (issue.Issue.Field, issue.Issue.Problem, issue.Issue.Other, issue.Column, issue.Issue.IsWarning));
    }

    [Fact]
    public void Many_hosts_may_have_no_fixed_address() =>
        Assert.Empty(Read("r1;a1;g;52:54:00:aa:bb:01;DHCP;;;;printer\nr1;a2;g;52:54:00:aa:bb:02;DHCP;;;;printer\n").Issues);

    [Theory]
    [InlineData("chalkboard", "1", HostProblem.Unknown)]
    [InlineData("printer", "7", HostProblem.Unknown)]
    public void An_unknown_role_or_flag_is_only_a_warning(string role, string flag, HostProblem problem)
    {
        var csv = Read($"r1;pc1;lab1;52:54:00:aa:bb:01;DHCP;;;;{role};;{flag}");
        Assert.False(csv.HasErrors);
        Assert.Single(csv.Rows);
        Assert.Equal(problem, Assert.Single(csv.Issues).Issue.Problem);
    }

    [Fact]
    public void A_host_without_group_that_shall_boot_is_a_warning()
    {
        var issue = Assert.Single(Read("r1;pc1;nopxe;52:54:00:aa:bb:01;DHCP;;;;printer;;1").Issues);
        Assert.Equal((HostProblem.NoGroupToBoot, true), (issue.Issue.Problem, issue.Issue.IsWarning));
    }

    [Fact]
    public void Latin1_is_reported_by_line_and_byte()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(Row + "\nr1;pc2;lab1;52:54:00:aa:bb:02;DHCP;;;;printer;;;;;;B"), .. Encoding.Latin1.GetBytes("ü"), .. "ro\n"u8];
        var csv = DevicesCsv.Read(content, Host.DefaultSchool);
        var issue = Assert.Single(csv.Issues);
        Assert.Equal((2, 53, HostProblem.NotUtf8), (issue.Line, issue.Column, issue.Issue.Problem));
        Assert.Contains("'ü'", issue.Issue.Other, StringComparison.Ordinal);
        Assert.Single(csv.Rows);
        Assert.Throws<InvalidOperationException>(() => csv.Update([]));
    }

    [Fact]
    public void UTF16_is_named()
    {
        byte[] content = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Row)];
        Assert.Equal("UTF-16", Assert.Single(DevicesCsv.Read(content, Host.DefaultSchool).Issues).Issue.Other);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_room()
    {
        byte[] content = [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Row)];
        Assert.Equal("r101", DevicesCsv.Read(content, Host.DefaultSchool).Rows[0].Device.Room);
    }

    [Fact]
    public void Hosts_of_another_school_carry_its_name() =>
        Assert.Equal("gym-pc1", DevicesCsv.Read("r1;pc1;g;52:54:00:aa:bb:01;DHCP;;;;printer"u8, "gym").Rows[0].Device.Name);

    [Theory]
    [InlineData("devices.csv", "default-school")]
    [InlineData("Devices.CSV", "default-school")]
    [InlineData("gym.devices.csv", "gym")]
    [InlineData("GYM.devices.csv", "gym")]
    [InlineData(".devices.csv", null)]
    [InlineData("a/b.devices.csv", null)]
    [InlineData("mydevices.csv", null)]
    [InlineData("start.conf.lab1", null)]
    public void The_file_name_tells_the_school(string fileName, string? school) => Assert.Equal(school, DevicesCsv.SchoolOf(fileName));

    [Fact]
    public void The_school_tells_the_file_name()
    {
        Assert.Equal("devices.csv", DevicesCsv.FileNameOf(Host.DefaultSchool));
        Assert.Equal("gym.devices.csv", DevicesCsv.FileNameOf("gym"));
    }

    [Fact]
    public void An_empty_file_has_no_hosts_and_no_errors()
    {
        var csv = DevicesCsv.Read([], Host.DefaultSchool);
        Assert.Empty(csv.Rows);
        Assert.False(csv.HasErrors);
    }

    private static DevicesCsv Read(string text) => DevicesCsv.Read(Encoding.UTF8.GetBytes(text), Host.DefaultSchool);
}
