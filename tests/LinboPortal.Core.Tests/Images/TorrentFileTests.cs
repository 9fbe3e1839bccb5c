using System.Security.Cryptography;
using System.Text;
using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class TorrentFileTests
{
    [Fact]
    public void What_is_made_is_read_again_whoever_reads_it()
    {
        var content = new byte[600_001];
        new Random(3).NextBytes(content);
        using var pieces = new PieceSums(262144);
        foreach (var part in content.Chunk(70_000))
            pieces.Append(part);
        var sums = pieces.Finish();
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
        Assert.Equal(content.Chunk(262144).SelectMany(SHA1.HashData), sums);
#pragma warning restore CA5350
        var made = Torrent.Make("http://10.0.0.1:6969/announce", "win.qcow2", content.Length, 262144, sums, DateTimeOffset.UnixEpoch);

        var read = TorrentFile.Read(made.Bytes)!;
        Assert.Equal(("win.qcow2", 600_001L, 262144, made.InfoHash), (read.Name, read.Length, read.PieceLength, read.InfoHash));
        Assert.Equal(sums, read.Sums);
        Assert.True(read.Fits("win.qcow2", 600_001));
        Assert.False(read.Fits("win.qcow2", 600_000));
        Assert.False(read.Fits("other.qcow2", 600_001));
        Assert.False((read with { Sums = sums[..40] }).Fits("win.qcow2", 600_001));
    }

    [Fact]
    public void The_info_hash_is_of_the_description_as_it_stands_with_what_others_wrote_into_it()
    {
        const string Info = "d6:lengthi5e4:name7:w.qcow212:piece lengthi262144e6:pieces20:123456789012345678907:privatei1e6:source3:abce";
        var read = TorrentFile.Read(Encoding.ASCII.GetBytes($"d8:announce3:x:y13:announce-listll3:x:yee4:info{Info}e"))!;
#pragma warning disable CA5350 // BitTorrent v1 is SHA-1
        Assert.Equal(Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(Info))), read.InfoHash);
#pragma warning restore CA5350
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("de")]
    [InlineData("d4:info")]
    [InlineData("d4:infodee")]
    [InlineData("d4:infoi5ee")]
    [InlineData("d999999999999:infodee")]
    [InlineData("d-1:infodee")]
    [InlineData("d2147483647:infodee")]
    [InlineData("llllllllllllllllllllllll")]
    [InlineData("d4:infod6:lengthi5e4:name1:w12:piece lengthi0e6:pieces0:ee")]
    [InlineData("d4:infod6:lengthi-5e4:name1:w12:piece lengthi1e6:pieces0:ee")]
    [InlineData("d4:infod6:length5:abcde4:name1:w12:piece lengthi1e6:pieces0:ee")]
    [InlineData("d4:infod5:filesld6:lengthi5eee4:name1:w12:piece lengthi1e6:pieces0:ee")]
    public void Anything_else_is_none(string text) => Assert.Null(TorrentFile.Read(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_cut_or_changed_one_never_throws()
    {
        var whole = Torrent.Make("http://10.0.0.1:6969/announce", "w.qcow2", 5, 262144, new byte[20], DateTimeOffset.UnixEpoch).Bytes;
        for (var i = 0; i < whole.Length; i++)
        {
            TorrentFile.Read(whole.AsSpan(0, i));
            var changed = whole.ToArray();
            changed[i] ^= 0x13;
            TorrentFile.Read(changed);
        }
    }
}
