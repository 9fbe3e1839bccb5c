using System.Text;
using FsCheck.Xunit;
using LinboPortal.Core.Boot;

namespace LinboPortal.Core.Tests.Boot;

public sealed class TftpPacketTests
{
    [Fact]
    public void A_request_of_a_firmware_is_read()
    {
        Assert.True(TftpPacket.TryReadRequest("\0\u0001boot/grub/x86_64-efi/core.efi\0octet\0tsize\00\0blksize\01468\0windowsize\04\0"u8, out var request));

        Assert.Equal(new TftpRequest(false, "boot/grub/x86_64-efi/core.efi", TftpMode.Octet, new(1468, 4, null, true)), request);
    }

    [Theory]
    [InlineData("\0\u0002image\0octet\0", true, TftpMode.Octet)]
    [InlineData("\0\u0001image\0NetASCII\0", false, TftpMode.Netascii)]
    [InlineData("\0\u0001image\0mail\0", false, TftpMode.Unsupported)]
    [InlineData("\0\u0001image\0\0", false, TftpMode.Unsupported)]
    public void Kind_and_mode_are_told_apart(string packet, bool isWrite, TftpMode mode)
    {
        Assert.True(TftpPacket.TryReadRequest(Encoding.UTF8.GetBytes(packet), out var request));
        Assert.Equal((isWrite, mode), (request.IsWrite, request.Mode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0\u0001")]
    [InlineData("\0\u0001\0octet\0")]
    [InlineData("\0\u0001file")]
    [InlineData("\0\u0001file\0")]
    [InlineData("\0\u0001fi\nle\0octet\0")]
    [InlineData("\0\u0001fi\u001ble\0octet\0")]
    [InlineData("\0\u0003file\0octet\0")]
    [InlineData("\0\u0004file\0octet\0")]
    [InlineData("\0\u0009file\0octet\0")]
    [InlineData("\u0001\u0001file\0octet\0")]
    public void A_malformed_request_is_refused(string packet) =>
        Assert.False(TftpPacket.TryReadRequest(Encoding.UTF8.GetBytes(packet), out _));

    [Fact]
    public void Names_that_are_no_UTF_8_or_too_long_are_refused()
    {
        Assert.False(TftpPacket.TryReadRequest([0, 1, 0xff, 0xfe, 0, .. "octet\0"u8], out _));
        Assert.False(TftpPacket.TryReadRequest([0, 1, (byte)'a', 0xc3, (byte)'b', 0, .. "octet\0"u8], out _));
        Assert.True(TftpPacket.TryReadRequest([0, 1, .. Name(512), 0, .. "octet\0"u8], out _));
        Assert.False(TftpPacket.TryReadRequest([0, 1, .. Name(513), 0, .. "octet\0"u8], out _));
        Assert.False(TftpPacket.TryReadRequest([0, 1, .. Name(100), 0, .. "octet\0"u8, .. new byte[1024]], out _));

        static byte[] Name(int length) => [.. Enumerable.Repeat((byte)'a', length)];
    }

    /// <summary>As firmware asks that reads DHCP's option 67 without its length, or is given a name with a Windows server's habits.</summary>
    [Theory]
    [InlineData("boot/grub/i386-pc/core.0\u00ff\0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0\u00ff\u00ff\u00ff\0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0\u00ff\u0006\u0004\u000a\u0001\0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0\u00ff\0\0\0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0 \0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0\r\n\0octet\0")]
    [InlineData("boot\\grub\\i386-pc\\core.0\0octet\0")]
    [InlineData("boot/grub/i386-pc/core.0\0octet")]
    public void A_name_that_firmware_garbled_is_read(string request)
    {
        Assert.True(TftpPacket.TryReadRequest([0, 1, .. Encoding.Latin1.GetBytes(request)], out var read));
        Assert.Equal(new TftpRequest(false, "boot/grub/i386-pc/core.0", TftpMode.Octet, default), read);
    }

    [Fact]
    public void A_name_that_is_refused_is_shown_without_what_could_disturb_a_log()
    {
        Assert.Equal(@"lin\x0abo\x1b[31m\x5c\xe4", TftpPacket.ShownName([0, 1, .. "lin\nbo\u001b[31m\\"u8, 0xe4, 0, .. "octet\0"u8]));
        Assert.Equal("linbo64", TftpPacket.ShownName("\0\u0001linbo64"u8));
        Assert.Equal("", TftpPacket.ShownName([0, 1]));
        Assert.Equal(new string('a', 120) + "…", TftpPacket.ShownName([0, 1, .. Enumerable.Repeat((byte)'a', 600), 0]));
    }

    [Theory]
    [InlineData("blksize\07\0", null)]
    [InlineData("blksize\08\0", 8)]
    [InlineData("BLKSIZE\01428\0", 1428)]
    [InlineData("blksize\01428\0blksize\0512\0", 1428)]
    [InlineData("blksize\0-1\0", null)]
    [InlineData("blksize\0+512\0", null)]
    [InlineData("blksize\0 512\0", null)]
    [InlineData("blksize\00x200\0", null)]
    [InlineData("blksize\099999999999999999999999\0", null)]
    [InlineData("blksize\01428", null)]
    [InlineData("blksize\0\0", null)]
    [InlineData("blksize", null)]
    [InlineData("rollover\00\0blksize\01024\0", 1024)]
    [InlineData("\0\0\0\0\0blksize\01024\0", null)]
    public void Illegal_and_unknown_options_are_as_if_not_sent(string options, int? blockSize)
    {
        Assert.True(TftpPacket.TryReadRequest(Encoding.UTF8.GetBytes("\0\u0001f\0octet\0" + options), out var request));
        Assert.Equal(blockSize, request.Options.BlockSize);
    }

    [Fact]
    public void More_options_than_anybody_sends_are_not_read()
    {
        var many = string.Concat(Enumerable.Range(0, 16).Select(i => $"x{i}\01\0"));
        Assert.True(TftpPacket.TryReadRequest(Encoding.UTF8.GetBytes($"\0\u0001f\0octet\0{many}blksize\01024\0"), out var request));
        Assert.Null(request.Options.BlockSize);
    }

    [Fact]
    public void Padded_acknowledgements_count_short_ones_do_not()
    {
        Assert.True(TftpPacket.TryReadAck([0, 4, 0xff, 0xfe, 0, 0, 0, 0], out var block));
        Assert.Equal(0xfffe, block);
        Assert.False(TftpPacket.TryReadAck([0, 4, 1], out _));
        Assert.False(TftpPacket.TryReadAck([0, 3, 0, 1], out _));
    }

    [Fact]
    public void An_error_is_freed_of_what_could_disturb_a_log()
    {
        Assert.True(TftpPacket.TryReadError([0, 5, 0, 8, .. "no\r\n\u001b[31m!\0rest"u8], out var code, out var message));
        Assert.Equal((TftpErrorCode.OptionsRefused, "no   [31m!"), (code, message));
        Assert.True(TftpPacket.TryReadError([0, 5, 0x7f, 0, .. new byte[600]], out code, out _));
        Assert.Equal(TftpErrorCode.Undefined, code);
        Assert.True(TftpPacket.TryReadError([0, 5, 0, 1, .. Enumerable.Repeat((byte)'x', 600)], out _, out message));
        Assert.Equal(200, message.Length);
    }

    [Fact]
    public void What_is_written_can_be_read()
    {
        Span<byte> packet = stackalloc byte[128];
        var asked = new TftpRequest(false, "linbo64", TftpMode.Octet, new(1428, 16, 3, true));
        Assert.True(TftpPacket.TryReadRequest(packet[..TftpRequestWriter.WriteRequest(packet, asked)], out var request));
        Assert.Equal(asked, request);

        var terms = TftpTerms.Negotiate(asked.Options, 70_000, new(TftpTerms.LargestBlock, 64));
        Assert.True(TftpPacket.TryReadOptionAck(packet[..TftpRequestWriter.WriteOptionAck(packet, terms)], out var options, out var size));
        Assert.Equal((asked.Options, 70_000L), (options, size!.Value));

        var length = TftpPacket.WriteError(packet, TftpErrorCode.FileNotFound, new string('ü', 500));
        Assert.Equal(0, packet[length - 1]);
        Assert.True(TftpPacket.TryReadError(packet[..length], out var code, out _));
        Assert.Equal(TftpErrorCode.FileNotFound, code);
    }

    [Property(MaxTest = 3000)]
    public void No_bytes_whatever_make_the_reader_throw(byte[] bytes, byte opcode, ushort cut)
    {
        byte[] packet = [0, opcode, .. bytes, .. "\0octet\0blksize\0"u8, .. bytes];
        foreach (var candidate in new[] { bytes, packet, packet[..(cut % packet.Length)] })
        {
            TftpPacket.TryReadRequest(candidate, out _);
            TftpPacket.TryReadAck(candidate, out _);
            TftpPacket.TryReadData(candidate, out _, out _);
            TftpPacket.TryReadError(candidate, out _, out _);
            TftpPacket.TryReadOptionAck(candidate, out _, out _);
        }
    }
}
