using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class ImageWordsTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("202602291200")]
    [InlineData("202613011200")]
    [InlineData("20261125120")]
    [InlineData("2026112512000")]
    [InlineData("2026-11-2512")]
    [InlineData("٢٠٢٦١١٢٥١٢٠٠")]
    [InlineData("../../../etc")]
    [InlineData(null)]
    public void No_time_is_no_timestamp(string? text) => Assert.False(ImageTimestamp.TryParse(text, out _));

    [Theory]
    [InlineData("202611251200", "2026-11-25T11:00:00+00:00")]
    [InlineData("202607011200", "2026-07-01T10:00:00+00:00")]
    [InlineData("202603290230", "2026-03-29T01:30:00+00:00")]
    public void A_timestamp_is_the_schools_local_time(string text, string utc)
    {
        Assert.True(ImageTimestamp.TryParse(text, out var timestamp));
        Assert.Equal(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture), timestamp.In(Berlin));
    }

    [Fact]
    public void A_timestamp_of_a_moment_reads_back()
    {
        var made = ImageTimestamp.Of(new DateTimeOffset(2026, 11, 25, 11, 0, 59, TimeSpan.Zero), Berlin);
        Assert.Equal("202611251200", made.Text);
        Assert.True(ImageTimestamp.TryParse(made.Text, out var read));
        Assert.Equal(made, read);
    }

    [Theory]
    [InlineData("202611251200 applied: win10.qcow2 202611011000", "win10.qcow2", HostImageAction.Applied, "202611011000")]
    [InlineData("202611251200 created: win10.qdiff \"202611011000\"\r", "win10.qdiff", HostImageAction.Created, "202611011000")]
    [InlineData("202611251200  Applied:  win10.qcow2", "win10.qcow2", HostImageAction.Applied, "")]
    [InlineData("202611251200 applied: win10.qcow2 yesterday", "win10.qcow2", HostImageAction.Applied, "")]
    public void Lines_of_image_status_are_read(string text, string image, HostImageAction action, string timestamp)
    {
        Assert.True(ImageStatusLine.TryParse(text, out var line));
        Assert.Equal((image, action, timestamp, "202611251200"), (line.Image, line.Action, line.Timestamp, line.At.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("202611251200 applied:")]
    [InlineData("yesterday applied: win10.qcow2 202611011000")]
    [InlineData("202611251200 eaten: win10.qcow2 202611011000")]
    [InlineData("202611251200 applied: ../../etc/passwd 202611011000")]
    [InlineData("202611251200 applied: win10.qcow2.info 202611011000")]
    public void Other_lines_are_not(string text) => Assert.False(ImageStatusLine.TryParse(text, out _));

    [Fact]
    public void Of_each_image_the_newest_line_counts()
    {
        var lines = ImageStatusLine.ReadAll(
            "202611250900 applied: b.qcow2 202611010000\n202611251000 applied: a.qcow2 202611020000\nnoise\n202611240000 created: a.qcow2 202610010000\n" +
            "202611251000 created: a.qcow2 202611030000\n");
        Assert.Equal(["a.qcow2 202611030000", "b.qcow2 202611010000"], lines.Select(l => $"{l.Image} {l.Timestamp}"));
    }

    [Fact]
    public void A_description_is_read_newest_first()
    {
        var remarks = ImageDesc.Read("2026-11-25 12:00: Office neu\n\nkept: as it is\n202601011200: first\r\nwithout date\u0007");
        Assert.Equal(
            [new("2026-11-25 12:00", "Office neu"), new("", "kept: as it is"), new("202601011200", "first"), new("", "without date?")], remarks);
    }

    [Fact]
    public void A_new_remark_comes_first_and_is_one_line()
    {
        Assert.True(ImageTimestamp.TryParse("202611251200", out var at));
        Assert.Equal("2026-11-25 12:00: Office neu, Firefox\nold\n", ImageDesc.Add("old\n", at, "Office neu,\n Firefox\n"));
    }

    [Fact]
    public void Old_descriptions_are_Latin_1()
    {
        Assert.Equal("Schüler", ImageDesc.Decode("Schüler"u8));
        Assert.Equal("Schüler", ImageDesc.Decode([(byte)'S', (byte)'c', (byte)'h', 0xfc, (byte)'l', (byte)'e', (byte)'r']));
    }
}
