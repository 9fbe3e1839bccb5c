using System.Text;
using LinboPortal.Core.Images;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.Images;

public sealed class ImageTaskWordsTests
{
    [Theory]
    [InlineData("win10.qcow2", "win10", ImageFileKind.Qcow2, "qcow2", false)]
    [InlineData("C:\\disks\\Win 10.VMDK", "Win 10", ImageFileKind.Qcow2, "vmdk", true)]
    [InlineData("a/b.qdiff", "b", ImageFileKind.Qdiff, "qcow2", false)]
    [InlineData("rescue.iso", "rescue", ImageFileKind.Iso, "raw", false)]
    [InlineData("disk.img", "disk", ImageFileKind.Qcow2, "raw", true)]
    public void The_ending_says_what_becomes_of_a_file(string name, string stem, ImageFileKind kind, string format, bool isConverted)
    {
        Assert.True(ImageSource.TryParse(name, out var source));
        Assert.Equal((stem, kind, format, isConverted), (source.Stem, source.Kind, source.Format, source.IsConverted));
    }

    [Theory]
    [InlineData("win10")]
    [InlineData(".qcow2")]
    [InlineData("win10.exe")]
    [InlineData("win\n.qcow2")]
    [InlineData(null)]
    public void Other_files_are_none(string? name) => Assert.False(ImageSource.TryParse(name, out _));

    [Fact]
    public void A_renamed_image_keeps_ending_comment_and_every_other_line()
    {
        const string Text = "[LINBO]\nGroup = g\r\n[OS]\nName = win.qcow2\nBaseImage   = win.qcow2   # win.qcow2\nImage = win.qdiff\n[OS]\nBaseImage = winner.qcow2\n[OS]\nbaseimage = win.iso";
        var renamed = StartConfImages.Rename(StartConfReader.Read(Text), "win", "next").ToString();
        Assert.Equal("[LINBO]\nGroup = g\r\n[OS]\nName = win.qcow2\nBaseImage   = next.qcow2  # win.qcow2\nImage = next.qdiff\n[OS]\nBaseImage = winner.qcow2\n[OS]\nbaseimage = next.iso",
            renamed.Replace("next.qcow2   #", "next.qcow2  #", StringComparison.Ordinal));
        Assert.Equal(["win", "winner"], StartConfImages.Names(StartConfReader.Read(Text)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_torrent_is_written_byte_for_byte_as_the_protocol_says()
    {
        var torrent = Torrent.Make("http://10.0.0.1:6969/announce", "w.qcow2", 5, 262144, Encoding.ASCII.GetBytes("12345678901234567890"), DateTimeOffset.UnixEpoch.AddSeconds(7));
        Assert.Equal(
            "d8:announce29:http://10.0.0.1:6969/announce10:created by11:LinboPortal13:creation datei7e4:infod6:lengthi5e4:name7:w.qcow212:piece lengthi262144e6:pieces20:12345678901234567890ee",
            Encoding.ASCII.GetString(torrent.Bytes));
        Assert.Equal(40, torrent.InfoHash.Length);
        Assert.Equal(262144, Torrent.PieceLength(1L << 30));
        Assert.InRange((200L << 30) / Torrent.PieceLength(200L << 30), 1, 30_000);
    }

    [Fact]
    public void A_vmdk_without_a_disk_of_its_own_is_told_from_one_with_it()
    {
        var bytes = new byte[VmdkHeader.Length];
        "KDMV"u8.CopyTo(bytes);
        Assert.False(VmdkHeader.HoldsDisk(bytes));
        bytes[12] = 8;
        Assert.True(VmdkHeader.HoldsDisk(bytes));
        Assert.False(VmdkHeader.HoldsDisk("# Disk DescriptorFile"u8));
    }
}
