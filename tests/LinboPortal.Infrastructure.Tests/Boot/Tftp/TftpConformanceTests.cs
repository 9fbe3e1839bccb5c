using System.Globalization;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>Clients of others read files of awkward lengths at all block and window sizes, over networks that lose packets: every byte must be right.</summary>
public sealed class TftpConformanceTests
{
    private const int Large = 100 * 1024 * 1024;
    private static readonly int[] Lengths = [0, 1, 511, 512, 513, 60_000];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Curl_reads_all_lengths_at_all_block_sizes(int loss) =>
        await ReadAllAsync(
        loss,
        // curl 7.88 cannot read empty files by TFTP ("getpeername() failed"), from no server.
        from length in Lengths
        where length > 0
        from block in new[] { 512, 1024, 1428, 8192, 65464 }
        select Curl(length, block));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Atftp_reads_all_lengths_at_all_block_and_window_sizes(int loss) => await ReadAllAsync(
        loss,
        from length in Lengths
        from size in new[] { (512, 1), (512, 64), (1024, 4), (1428, 16), (1428, 64), (8192, 8), (65464, 1), (65464, 64) }
        select Atftp(length, size.Item1, size.Item2));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Tftp_hpa_reads_all_lengths(int loss) => await ReadAllAsync(loss, Lengths.Select(Hpa));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_hundred_megabytes_wrap_the_block_numbers(int loss) => await ReadAllAsync(
        loss, loss == 0 ? [Hpa(Large), Curl(Large, 1024), Atftp(Large, 1428, 16), Atftp(Large, 512, 64)] : [Curl(Large, 65464), Atftp(Large, loss == 1 ? 8192 : 65464, loss == 1 ? 16 : 2)]);

    private static async Task ReadAllAsync(int loss, IEnumerable<Client> clients)
    {
        await using var network = await LossyNetwork.StartAsync(loss);
        await using var tftp = await RunningTftp.StartAsync();
        using var folder = new TemporaryFolder();
        var jobs = clients.ToList();
        var files = jobs.Select(c => c.Length).Distinct().ToDictionary(length => length, length => tftp.Write(Name(length), length));
        await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = loss == 0 ? 6 : 24 }, async (client, _) =>
        {
            var target = folder.At(Guid.CreateVersion7().ToString());
            string[] command = [.. network.Prefix, .. client.Command(network.ServerAddress, tftp.Port.ToString(CultureInfo.InvariantCulture), target)];
            await RunAsync(command);
            var got = File.Exists(target) ? await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken) : [];
            Assert.True(files[client.Length].AsSpan().SequenceEqual(got), $"{string.Join(' ', command)}: {got.Length} bytes, not the same");
            File.Delete(target);
        });
    }

    private static async Task RunAsync(string[] command)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await OtherPrograms.RunAsync(command[0], command[1..]);
                return;
            }
            catch (InvalidOperationException e) when (e.Message.Contains("unexpected OACK", StringComparison.Ordinal) && attempt < 5)
            {
                // atftp ends when its answer to the options was lost and the server says them again, as any server must.
            }
        }
    }

    private static string Name(int length) => string.Create(CultureInfo.InvariantCulture, $"file-{length}");

    private static Client Curl(int length, int block) => new(length, (address, port, target) =>
        ["curl", "-sS", "--tftp-blksize", block.ToString(CultureInfo.InvariantCulture), "-o", target, $"tftp://{address}:{port}/{Name(length)}"]);

    private static Client Atftp(int length, int block, int window) => new(length, (address, port, target) =>
    [
        "atftp", "-g", "-r", Name(length), "-l", target, "--option", $"blksize {block}", "--option", $"windowsize {window}", "--option", "timeout 1", address, port,
    ]);

    private static Client Hpa(int length) => new(length, (address, port, target) => ["tftp", "-m", "binary", address, port, "-c", "get", Name(length), target]);

    private sealed record Client(int Length, Func<string, string, string, string[]> Command);
}
