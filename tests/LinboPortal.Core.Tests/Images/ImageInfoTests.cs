using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class ImageInfoTests
{
    private const string New = "[\"win10.qcow2\" Info File]\ntimestamp=\"202611251200\"\nimage=\"win10.qcow2\"\nimagesize=\"12345\"\npartition=\"/dev/sda3\"\npartitionsize=\"62914560\"\n";
    private const string Old = "[win10.qcow2 Info File]\r\ntimestamp=202611251200\r\nbaseimage=win10.qcow2\r\nimagesize=12345\r\n";
    private const string Lab = "imagesize=12345\npartitionsize=99";

    [Theory]
    [InlineData(New, "202611251200", "win10.qcow2", "/dev/sda3", 62914560L)]
    [InlineData(Old, "202611251200", "win10.qcow2", "", null)]
    [InlineData(Lab, "", "", "", 99L)]
    public void New_old_and_poor_files_are_read(string text, string timestamp, string image, string partition, long? kiB)
    {
        var info = ImageInfo.Read(text);
        Assert.Equal((timestamp, image, 12345L, partition, kiB), (info.Timestamp, info.Image, info.ImageSize!.Value, info.Partition, info.PartitionKiB));
    }

    [Fact]
    public void The_image_that_a_new_one_was_made_of_is_read_and_kept()
    {
        var info = ImageInfo.Read(New + "sourceimage=\"jammy.qcow2\"\n");
        Assert.Equal("jammy.qcow2", info.SourceImage);
        Assert.Equal("", ImageInfo.Read(New).SourceImage);
        Assert.EndsWith("sourceimage=\"jammy.qcow2\"\n", info.Renamed("win10.qcow2", "noble.qcow2").ToString(), StringComparison.Ordinal);
        Assert.EndsWith("sourceimage=\"jammy.qcow2\"\n", info.With("imagesize", "7").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(New)]
    [InlineData(Old)]
    [InlineData(Lab)]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("rubbish without an end\n=\n= x\n\0\u00ff\r")]
    public void What_was_not_changed_is_given_back_byte_for_byte(string text)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);
        Assert.Equal(bytes, ImageInfo.Read(bytes).ToBytes());
    }

    [Theory]
    [InlineData("imagesize=\"\"")]
    [InlineData("imagesize=\"-5\"")]
    [InlineData("imagesize=\"1e9\"")]
    [InlineData("imagesize=99999999999999999999")]
    [InlineData("#imagesize=5")]
    [InlineData("imagesize 5")]
    public void A_size_that_is_none_is_none(string text) => Assert.Null(ImageInfo.Read(text).ImageSize);

    [Theory]
    [InlineData("imagesize = \"5\" ", 5)]
    [InlineData("ImageSize='5'", 5)]
    [InlineData("imagesize=4\nimagesize=5\n", 5)]
    public void Blanks_case_and_repetition_are_read_as_a_client_would(string text, long size) => Assert.Equal(size, ImageInfo.Read(text).ImageSize);

    [Fact]
    public void A_change_touches_its_own_line_in_its_own_manner()
    {
        Assert.Equal(New.Replace("\"12345\"", "\"7\"", StringComparison.Ordinal), ImageInfo.Read(New).With("imagesize", "7").ToString());
        Assert.Equal(Old.Replace("12345", "7", StringComparison.Ordinal), ImageInfo.Read(Old).With("imagesize", "7").ToString());
    }

    [Fact]
    public void A_new_key_stands_at_the_end() =>
        Assert.Equal(Lab + "\ntimestamp=\"202601010000\"\n", ImageInfo.Read(Lab).With("timestamp", "202601010000").ToString());

    [Fact]
    public void Renaming_touches_title_and_image()
    {
        Assert.Equal(New.Replace("win10", "win11", StringComparison.Ordinal), ImageInfo.Read(New).Renamed("win10.qcow2", "win11.qcow2").ToString());
        Assert.Equal(Old.Replace("win10", "win11", StringComparison.Ordinal), ImageInfo.Read(Old).Renamed("win10.qcow2", "win11.qcow2").ToString());
        Assert.Equal(Lab, ImageInfo.Read(Lab).Renamed("win10.qcow2", "win11.qcow2").ToString());
    }

    [Theory]
    [InlineData("a\"; reboot #")]
    [InlineData("$(reboot)")]
    [InlineData("a\nb=c")]
    [InlineData("`x`")]
    public void What_a_shell_would_run_is_not_written(string value) => Assert.Throws<ArgumentException>(() => ImageInfo.Read(New).With("partition", value));

    [Fact]
    public void A_made_file_reads_as_LINBOs_own()
    {
        Assert.True(ImageTimestamp.TryParse("202611251200", out var timestamp));
        Assert.Equal(New, ImageInfo.Make("win10.qcow2", timestamp, 12345, "/dev/sda3", 62914560).ToString());
    }

    [Fact]
    public void A_qdiff_fits_its_own_base_only()
    {
        var qdiff = ImageInfo.Read("timestamp=\"202612010000\"\nbackingfile_timestamp=\"202611251200\"\n");
        Assert.True(qdiff.FitsOn(ImageInfo.Read(New)));
        Assert.True(qdiff.FitsOn(ImageInfo.Read(Old)));
        Assert.False(qdiff.FitsOn(ImageInfo.Read(New.Replace("202611251200", "202611251201", StringComparison.Ordinal))));
        Assert.False(ImageInfo.Read(Lab).FitsOn(ImageInfo.Read(Lab)));
    }
}
