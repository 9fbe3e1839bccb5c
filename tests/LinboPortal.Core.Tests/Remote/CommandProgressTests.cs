using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Tests.Remote;

public sealed class CommandProgressTests
{
    private const long Ki = 1024, Mi = Ki * Ki, Gi = Mi * Ki;

    public static TheoryData<string, double?, long?, long?, int?> Lines => new()
    {
        { "    (12.34/100%)", 12.34, null, null, null },
        { "    (0.00/100%)", 0, null, null, null },
        { "    (100.00/100%)", 100, null, null, null },
        { "    (7,50/100%)", 7.5, null, null, null },
        { "[#ab12cd 1.2GiB/9.8GiB(12%) CN:5 DL:90MiB ETA:1m]", 12, (long)(1.2 * Gi), 90 * Mi, 60 },
        { "[#ab12cd 400MiB/9.8GiB(4%) CN:5 SD:2 DL:1.5MiB UL:20KiB(1MiB) ETA:1h2m3s]", 4, 400 * Mi, (long)(1.5 * Mi), 3723 },
        { "[#0123456789abcdef 0B/0B CN:1 DL:0B]", null, 0, 0, null },
        { "[#ab12cd 16KiB/1.0GiB(0%) CN:1 DL:16KiB]", 0, 16 * Ki, 16 * Ki, null },
        { "[#ab12cd 1.0GiB/1.0GiB(99%) CN:1 DL:110MiB ETA:5s]", 99, Gi, 110 * Mi, 5 },
        { "bytes=    5 242 880  ( 12.00 Mbps)", null, 5242880, 1500000, null },
        { "bytes=1 234 567K (940.50 Mbps)", null, 1234567 * Ki, 117562500, null },
        { "  1,234 12% 10.3MB/s 0:00:05", 12, 1234, (long)(10.3 * Mi), 5 },
        { "  1.234.567  12%  512.00kB/s    1:02:03", 12, 1234567, 512 * Ki, 3723 },
        { "     32,768   0%    0.00kB/s    0:00:00", 0, 32768, 0, 0 },
        { " 10,485,760 100%  100.00MB/s    0:00:00 (xfr#1, to-chk=0/1)", 100, 10485760, 100 * Mi, null },
        { "1.20GiB 0:00:10 [ 123MiB/s] [====>            ] 12% ETA 0:01:10", 12, (long)(1.2 * Gi), 123 * Mi, 70 },
        { " 512MiB 0:00:05 [ 100MiB/s]", null, 512 * Mi, 100 * Mi, null },
        { "10.0GiB 0:01:40 [ 102MiB/s] [================>] 100%            ", 100, 10 * Gi, 102 * Mi, null },
        { "1.00TiB 1:00:00 [ 102MiB/s] [=>  ]  1% ETA 1+02:03:04", 1, 1024 * Gi, 102 * Mi, 93784 },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Lines_of_the_programs_on_the_PC_are_read(string line, double? percent, long? bytes, long? speed, int? seconds) =>
        Assert.Equal(new CommandProgress(percent, bytes, speed, seconds is { } s ? TimeSpan.FromSeconds(s) : null), CommandProgress.Read(line));

    [Theory]
    [InlineData("")]
    [InlineData("Command     : sync")]
    [InlineData("OS number   : 1")]
    [InlineData("### 20261125-101010 linbo_wrapper sync:1 ###")]
    [InlineData("50% of all PCs are 100% fine")]
    [InlineData("(12.34/100%) and more")]
    [InlineData("(999.34/100%)")]
    [InlineData("[#ab12cd SEED(0.0) CN:5]")]
    [InlineData("  1,234 112% 10.3MB/s 0:00:05")]
    [InlineData("bytes=")]
    public void Other_lines_tell_nothing(string line) => Assert.Null(CommandProgress.Read(line));

    [Fact]
    public void Absurd_numbers_do_no_harm()
    {
        Assert.Null(CommandProgress.Read("[#ab12cd 9999999999999999999999TiB/1B(12%) CN:1 DL:1B]")!.Bytes);
        Assert.Null(CommandProgress.Read("bytes=99999999999999999999999999999 ( 1.0 Mbps)")!.Bytes);
        Assert.Null(CommandProgress.Read(new string('9', 10000) + " 12% 10.3MB/s 0:00:05"));
        Assert.NotNull(CommandProgress.Read("  1,234 12% 10.3MB/s 999999999999999999:00:05"));
    }
}
