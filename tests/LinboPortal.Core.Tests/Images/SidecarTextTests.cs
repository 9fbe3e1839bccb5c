using System.Text;
using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class SidecarTextTests
{
    private const string Sample = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Ä]\r\n\"x\"=\"ü€\"\r\n";

    public static TheoryData<SidecarEncoding, byte[]> Files => new()
    {
        { SidecarEncoding.Utf16, [0xff, 0xfe, .. Encoding.Unicode.GetBytes(Sample)] },
        { SidecarEncoding.Utf16BigEndian, [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes(Sample)] },
        { SidecarEncoding.Utf16Bare, Encoding.Unicode.GetBytes(Sample) },
        { SidecarEncoding.Utf8Mark, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Sample)] },
        { SidecarEncoding.Utf8, Encoding.UTF8.GetBytes(Sample) },
        { SidecarEncoding.Latin1, Encoding.Latin1.GetBytes(Sample.Replace('€', 'E')) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_text_goes_back_as_it_came(SidecarEncoding encoding, byte[] bytes)
    {
        var read = SidecarText.Read(bytes)!;
        Assert.Equal(encoding, read.Encoding);
        Assert.Equal(encoding == SidecarEncoding.Latin1 ? Sample.Replace('€', 'E') : Sample, read.Text);
        Assert.Equal(bytes, read.ToBytes());
        // What an editor gives back has other line ends.
        Assert.Equal(bytes, read.With(read.Text.ReplaceLineEndings("\n")).ToBytes());
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, 0x57 })]
    [InlineData(new byte[] { 0xff, 0xfe, 0x00, 0xd8 })]
    [InlineData(new byte[] { 0xff, 0xfe, 0x57, 0x00, 0x00, 0x00 })]
    [InlineData(new byte[] { 0xef, 0xbb, 0xbf, 0xff })]
    [InlineData(new byte[] { 0x57, 0x00 })]
    [InlineData(new byte[] { 0x57, 0x58, 0x00, 0x59 })]
    public void What_is_no_text_is_none(byte[] bytes) => Assert.Null(SidecarText.Read(bytes));

    [Fact]
    public void What_the_file_cannot_hold_is_not_written()
    {
        Assert.Null(new SidecarText("€", SidecarEncoding.Latin1).ToBytes());
        Assert.Null(new SidecarText("a\0", SidecarEncoding.Utf8).ToBytes());
        Assert.Null(new SidecarText("\ud800", SidecarEncoding.Utf16).ToBytes());
        Assert.False(SidecarText.IsText("\udc00x"));
        Assert.True(SidecarText.IsText("😀 ü"));
        Assert.Equal("", SidecarText.Read([])!.Text);
    }

    [Fact]
    public void A_qcow2_says_that_it_is_encrypted()
    {
        var bytes = new byte[4096];
        Encoding.ASCII.GetBytes("QFI").CopyTo(bytes, 0);
        (bytes[3], bytes[7], bytes[35]) = (0xfb, 3, 2);
        Assert.True(Qcow2Header.TryRead(bytes, out var header));
        Assert.True(header!.IsEncrypted);
        Assert.True(ImageName.TryParse("w", out var name));
        Assert.Equal(ImageProblem.Encrypted, ImageVerdict.OfContent(new SeenImageFile(name, ImageFileKind.Qcow2, 4096, null, header))!.Problem);
    }
}
