using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class DevicesCsvUpdateTests
{
    private const string Two = """
        # Räume
        r101;pc1;lab1;52:54:00:AA:BB:01;10.1.1.1;;;;printer;x;1;y;;;Tür;;unknown;columns

        r101;PC2;lab1;52-54-00-aa-bb-02;DHCP;;;;printer
        # end
        """;

    [Fact]
    public void Nothing_changed_means_not_a_byte_changed() => Assert.Equal(Two, Update(Two, d => d));

    [Fact]
    public void Only_the_changed_column_of_the_changed_row_is_replaced() => Assert.Equal(
        Two.Replace("10.1.1.1", "10.1.1.9", StringComparison.Ordinal),
        Update(Two, d => d.Name == "pc1" ? d with { Address = System.Net.IPAddress.Parse("10.1.1.9") } : d));

    [Fact]
    public void A_short_row_grows_to_the_column_that_it_needs() => Assert.Equal(
        Two.Replace("DHCP;;;;printer", "DHCP;;;;printer;;;;;;new", StringComparison.Ordinal),
        Update(Two, d => d.Name == "pc2" ? d with { Comment = "new" } : d));

    [Fact]
    public void A_renamed_host_keeps_its_row() => Assert.Equal(
        Two.Replace("PC2", "pc9", StringComparison.Ordinal), Update(Two, d => d.Name == "pc2" ? d with { Name = "pc9" } : d));

    [Fact]
    public void A_deleted_host_takes_only_its_line_along() =>
        Assert.Equal(Two.Replace("r101;PC2;lab1;52-54-00-aa-bb-02;DHCP;;;;printer\n", "", StringComparison.Ordinal), Update(Two, d => d.Name == "pc2" ? null : d));

    [Fact]
    public void A_new_host_stands_at_the_end_and_the_file_still_ends_without_a_line_ending()
    {
        var csv = Parse(Two);
        var added = new Device("r102", "pc3", null, MacAddress.Parse("52:54:00:aa:bb:03"), null) { Role = "printer", PxeFlag = "0" };
        var result = Encoding.UTF8.GetString(csv.Update([.. csv.Rows.Select(r => r.Device), added]));
        Assert.Equal(Two + "\nr102;pc3;nopxe;52:54:00:aa:bb:03;DHCP;;;;printer;;0;;;;;", result);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void New_rows_have_the_line_ending_of_the_file(string ending)
    {
        var csv = Parse("# a" + ending);
        var result = Encoding.UTF8.GetString(csv.Update([new Device("r1", "pc1", "g", MacAddress.Parse("52:54:00:aa:bb:03"), null)]));
        Assert.Equal($"# a{ending}r1;pc1;g;52:54:00:aa:bb:03;DHCP;;;;;;;;;;;{ending}", result);
    }

    [Fact]
    public void A_byte_order_mark_stays()
    {
        byte[] content = [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Two)];
        var csv = DevicesCsv.Read(content, Host.DefaultSchool);
        Assert.Equal(content, csv.Update([.. csv.Rows.Select(r => r.Device)]));
    }

    [Fact]
    public void The_last_row_deleted_from_a_file_without_last_line_ending_leaves_none()
    {
        Assert.Equal("r1;a;g;52:54:00:aa:bb:01;DHCP", Update("r1;a;g;52:54:00:aa:bb:01;DHCP\nr1;b;g;52:54:00:aa:bb:02;DHCP", d => d.Name == "b" ? null : d));
    }

    [Fact]
    public void Two_hosts_may_swap_their_addresses()
    {
        var csv = Parse(Two);
        var (one, two) = (csv.Rows[0].Device, csv.Rows[1].Device);
        var result = Parse(Encoding.UTF8.GetString(csv.Update([one with { Mac = two.Mac }, two with { Mac = one.Mac }])));
        Assert.Equal([two.Mac, one.Mac], result.Rows.Select(r => r.Device.Mac));
    }

    [Fact]
    public void In_another_school_the_file_keeps_names_without_prefix()
    {
        var content = "r1;pc1;g;52:54:00:aa:bb:01;DHCP;;;;printer\n"u8.ToArray();
        var csv = DevicesCsv.Read(content, "gym");
        Assert.Equal(content, csv.Update([.. csv.Rows.Select(r => r.Device)]));
        Assert.StartsWith("r1;pc7;", Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device with { Name = "gym-pc7" }])), StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public Property Any_file_without_errors_comes_back_byte_for_byte() => Prop.ForAll(Files().ToArbitrary(), text =>
    {
        var content = Encoding.UTF8.GetBytes(text);
        var csv = DevicesCsv.Read(content, Host.DefaultSchool);
        return (!csv.HasErrors && csv.Update([.. csv.Rows.Select(r => r.Device)]).SequenceEqual(content)).Label(text);
    });

    [Property(MaxTest = 300)]
    public Property What_is_written_is_read_back() => Prop.ForAll(Files().ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (text, seed) =>
    {
        var csv = Parse(text);
        var wanted = csv.Rows.Select(r => r.Device).Where((_, i) => (i + seed) % 3 != 0)
            .Select((d, i) => (i + seed) % 2 == 0 ? d with { Comment = $"c{i}", Room = "moved", PxeFlag = "0" } : d)
            .Append(new Device("new", "zz-new", "g", new MacAddress(0x02ffffffff01), null) { Role = "printer" }).ToList();
        var again = DevicesCsv.Read(csv.Update(wanted), Host.DefaultSchool);
        return again.Rows.Select(r => r.Device).OrderBy(d => d.Name, StringComparer.Ordinal)
            .SequenceEqual(wanted.OrderBy(d => d.Name, StringComparer.Ordinal)).Label(text);
    });

    [Property(MaxTest = 500)]
    public Property No_bytes_make_the_reader_throw() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), content =>
        DevicesCsv.Read(content, Host.DefaultSchool).Issues.All(i => i is { Line: > 0, Column: > 0 })
        && SubnetsCsv.Read(content).Issues.All(i => i is { Line: > 0, Column: > 0 }));

    private static Gen<string> Files()
    {
        var comments = Gen.Elements("# Kommentar äöü;;;", "", ";;;;", "--", "#", "  ");
        var free = Gen.Elements("", " ", "x", "Büro 💻", "a,b c", "next-server 1.2.3.4");
        var rooms = Gen.Elements("r1", "R1", "aula", "101");
        var tails = free.ListOf(11).Select(f => string.Join(';', f)).Zip(Gen.Choose(0, 11), (tail, n) => string.Join(';', tail.Split(';').Take(n)));
        var rows = rooms.Zip(tails, (room, tail) => (room, tail));
        var lines = Gen.OneOf(comments.Select(c => (Comment: (string?)c, Row: ("", ""))), rows.Select(r => (Comment: (string?)null, Row: r)));
        return from all in lines.ListOf()
               from ending in Gen.Elements("\n", "\r\n")
               from last in Gen.Elements("", ending)
               select string.Join(ending, all.Select((l, i) => l.Comment ?? RowText(i, l.Row.Item1, l.Row.Item2))) + last;
    }

    private static string RowText(int i, string room, string tail)
    {
        var address = i % 2 == 0 ? "DHCP" : $"10.0.{i / 250}.{i % 250 + 1}";
        return $"{room};pc{i}x;g;02:00:00:00:{i / 256:x2}:{i % 256:X2};{address};{tail}";
    }

    private static string Update(string text, Func<Device, Device?> change)
    {
        var csv = Parse(text);
        return Encoding.UTF8.GetString(csv.Update([.. csv.Rows.Select(r => change(r.Device)).OfType<Device>()]));
    }

    private static DevicesCsv Parse(string text) => DevicesCsv.Read(Encoding.UTF8.GetBytes(text), Host.DefaultSchool);

    [Fact]
    public void A_changed_cell_of_a_row_in_quotation_marks_leaves_the_others_as_written()
    {
        const string text = "\"r1\";\"pc1\";\"g1\";\"52:54:00:00:00:01\";\"DHCP\";\"\";\"\";\"\";\"mobile\";\"x\";\"1\"";
        var csv = DevicesCsv.Read(Encoding.UTF8.GetBytes(text), Host.DefaultSchool);
        Assert.Equal(
            text.Replace("\"g1\"", "g2", StringComparison.Ordinal),
            Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device with { Group = "g2" }])));
    }

    [Fact]
    public void A_schools_own_group_stands_in_its_file_without_the_school()
    {
        const string text = "r1;pc1;raum101;52:54:00:00:00:01;DHCP;;;;mobile;;1\n";
        var csv = DevicesCsv.Read(Encoding.UTF8.GetBytes(text), "abc");
        Assert.Equal(text, Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device with { Group = "abc+raum101" }])));
        Assert.Equal(
            text.Replace("raum101", "raum102", StringComparison.Ordinal),
            Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device with { Group = "abc+raum102" }])));
        Assert.Equal(
            text.Replace("raum101", "xyz+raum101", StringComparison.Ordinal),
            Encoding.UTF8.GetString(csv.Update([csv.Rows[0].Device with { Group = "xyz+raum101" }])));
    }
}
