using System.Text;
using FsCheck.Xunit;
using LinboPortal.Core.Boot;

namespace LinboPortal.Core.Tests.Boot;

public sealed class TftpTermsTests
{
    [Fact]
    public void Without_options_blocks_have_512_bytes_and_nothing_is_acknowledged()
    {
        var terms = TftpTerms.Negotiate(default, 1000, new(TftpTerms.LargestBlock, 64));
        Assert.Equal((512, 1, false), (terms.BlockSize, terms.WindowSize, terms.HasAnswer));
    }

    [Fact]
    public void Less_than_asked_is_granted_where_the_server_allows_less()
    {
        var terms = TftpTerms.Negotiate(new(65464, 1000), 1, new(MaxBlockSize: 1428, MaxWindowSize: 16));
        Assert.Equal((1428, 16, 1428, 16), (terms.BlockSize, terms.WindowSize, terms.Answer.BlockSize, terms.Answer.WindowSize));
    }

    [Fact]
    public void A_size_that_is_not_known_is_not_told()
    {
        Assert.False(TftpTerms.Negotiate(new(TransferSize: true), null, new(TftpTerms.LargestBlock, 64)).HasAnswer);
        Assert.Equal(0, TftpTerms.Negotiate(new(TransferSize: true), 0, new(TftpTerms.LargestBlock, 64)).TransferSize);
    }

    [Property(MaxTest = 500)]
    public void Netascii_can_be_undone_at_any_block_size(byte[] noise, ushort size)
    {
        // Line ends and carriage returns are what matters.
        var file = noise.SelectMany(b => b % 3 == 0 ? [(byte)'\n'] : b % 3 == 1 ? [(byte)'\r'] : new[] { b }).ToArray();
        var wire = new List<byte>();
        var block = new byte[size % 20 + 1];
        var carry = TftpNetascii.Nothing;
        for (var offset = 0; ;)
        {
            var written = TftpNetascii.Encode(file.AsSpan(offset), block, ref carry, out var consumed);
            offset += consumed;
            wire.AddRange(block[..written]);
            if (written < block.Length)
                break;
        }

        var text = Encoding.Latin1.GetString([.. wire]);
        Assert.Equal(Encoding.Latin1.GetString(file), text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\r\0", "\r", StringComparison.Ordinal));
    }
}
