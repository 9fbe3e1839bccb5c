using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>Large files over Kestrel's own socket, seen by a client that counts every byte.</summary>
public sealed class StraightOutputTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentQueue<BootObservation> seen = new();
    private readonly byte[] kernel = new byte[3_000_017];
    private readonly byte[] initramfs = new byte[1_500_001];
    private WebApplication app = null!;
    private long straightBytes;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        new Random(1).NextBytes(kernel);
        new Random(2).NextBytes(initramfs);
        await File.WriteAllBytesAsync(folder.At("linbo64"), kernel, Stop);
        await File.WriteAllBytesAsync(folder.At("linbofs64"), initramfs, Stop);
        folder.Write("start.conf.lab", "[LINBO]\n");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(StraightOutput.UseStraightOutput));
        app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (context.Request.Query.ContainsKey("copied"))
                context.Response.Body = new MemoryStreamOver(context.Response.Body);
            await next(context);
            var output = context.Features.Get<SocketOutput>()!;
            straightBytes = output.FileBytes;
        });
        LinboFileEndpoint.MapLinboFiles(app, new Tree(folder.Path, folder.At(".c"), folder.At(".l")), new BootHttpAccess(new BootHttpOptions()), seen.Enqueue, TimeProvider.System);
        app.MapGet("/words", () => string.Concat(Enumerable.Repeat("words ", 100_000)));
        await app.StartAsync(Stop);
    }

    [Fact]
    public async Task One_connection_brings_one_file_after_the_other_and_what_others_send()
    {
        using var client = await Client.ConnectAsync(app);
        foreach (var (path, expected) in new[] { ("/linbo/start.conf.lab", "[LINBO]\n"u8.ToArray()), ("/linbo/linbo64", kernel), ("/linbo/linbofs64", initramfs) })
        {
            await client.AskAsync(path);
            Assert.Equal(expected, (await client.AnswerAsync()).Body);
        }

        await client.AskAsync("/words");
        Assert.Equal("HTTP/1.1 200 OK", (await client.HeadAsync())[0]);
        Assert.Equal(kernel.Length + initramfs.Length, straightBytes);
        Assert.Equal([8L, 3_000_017, 1_500_001], seen.Select(s => s.Bytes));
        Assert.All(seen, step => Assert.Equal(BootStepOutcome.Served, step.Outcome));
    }

    [Fact]
    public async Task Requests_sent_at_once_are_answered_in_their_order()
    {
        using var client = await Client.ConnectAsync(app);
        await client.SayAsync(Get("/linbo/linbo64") + Get("/linbo/start.conf.lab") + "HEAD /linbo/linbo64 HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/linbo/linbofs64"));
        Assert.Equal(kernel, (await client.AnswerAsync()).Body);
        Assert.Equal("[LINBO]\n"u8.ToArray(), (await client.AnswerAsync()).Body);
        Assert.Contains("Content-Length: 3000017", await client.HeadAsync());
        Assert.Equal(initramfs, (await client.AnswerAsync()).Body);
    }

    [Fact]
    public async Task Ranges_are_those_parts_and_the_connection_goes_on()
    {
        using var client = await Client.ConnectAsync(app);
        await client.AskAsync("/linbo/linbo64", "Range: bytes=1000-2000999");
        var (head, body) = await client.AnswerAsync();
        Assert.Equal("HTTP/1.1 206 Partial Content", head[0]);
        Assert.Contains("Content-Range: bytes 1000-2000999/3000017", head);
        Assert.Equal(kernel[1000..2_001_000], body);

        await client.AskAsync("/linbo/linbo64", "Range: bytes=0-99999,-100000");
        var parts = Encoding.Latin1.GetString((await client.AnswerAsync()).Body);
        Assert.Contains("\r\n\r\n" + Encoding.Latin1.GetString(kernel[..100_000]) + "\r\n--", parts, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\n" + Encoding.Latin1.GetString(kernel[^100_000..]) + "\r\n--", parts, StringComparison.Ordinal);

        await client.AskAsync("/linbo/linbofs64");
        Assert.Equal(initramfs, (await client.AnswerAsync()).Body);
    }

    [Fact]
    public async Task An_old_client_gets_the_file_and_the_end_of_the_connection()
    {
        using var client = await Client.ConnectAsync(app);
        await client.SayAsync("GET /linbo/linbo64 HTTP/1.0\r\n\r\n");
        Assert.Equal(kernel, (await client.AnswerAsync()).Body);
        Assert.Equal(0, await client.MoreAsync());
    }

    [Fact]
    public async Task A_client_that_reads_slowly_holds_up_nobody_and_gets_all()
    {
        using (var file = File.Create(folder.At("large")))
        {
            file.SetLength(40_000_000);
            file.Seek(-5, SeekOrigin.End);
            await file.WriteAsync("THEND"u8.ToArray(), Stop);
        }

        var slow = new List<Client>();
        for (var i = 0; i < 30; i++)
        {
            slow.Add(await Client.ConnectAsync(app));
            await slow[i].AskAsync("/linbo/large");
        }

        using (var quick = await Client.ConnectAsync(app))
        {
            await quick.AskAsync("/linbo/linbo64");
            Assert.Equal(kernel, (await quick.AnswerAsync()).Body);
        }

        Assert.DoesNotContain(seen, step => step.Path is "large");
        var body = (await slow[0].AnswerAsync()).Body;
        Assert.Equal((40_000_000, "THEND"), (body.Length, Encoding.ASCII.GetString(body[^5..])));
        slow.ForEach(client => client.Dispose());
        await Wait.UntilAsync("all thirty downloads are told", () => seen.Count(step => step.Path is "large") == 30);
        Assert.Single(seen, step => step is { Path: "large", Outcome: BootStepOutcome.Served });
        Assert.All(seen.Where(step => step.Outcome is BootStepOutcome.Aborted), step => Assert.InRange(step.Bytes, 1, 39_999_999));
    }

    [Fact]
    public async Task A_download_that_the_client_breaks_off_is_reported_with_what_was_sent()
    {
        using (var file = File.Create(folder.At("large")))
            file.SetLength(500_000_000);
        using (var client = await Client.ConnectAsync(app))
        {
            await client.AskAsync("/linbo/large");
            await client.HeadAsync();
        }

        await Wait.UntilAsync("the download is told", () => !seen.IsEmpty);
        Assert.Equal(BootStepOutcome.Aborted, seen.Single().Outcome);
        Assert.InRange(seen.Single().Bytes, 1, 499_999_999);
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_ends_the_connection_and_is_a_failure()
    {
        using (var file = File.Create(folder.At("large")))
            file.SetLength(100_000_000);
        using var client = await Client.ConnectAsync(app);
        await client.AskAsync("/linbo/large");
        await client.HeadAsync();
        await using (var file = new FileStream(folder.At("large"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(1_000_000);
        await client.ReadToTheEndAsync();
        await Wait.UntilAsync("the download is told", () => !seen.IsEmpty);
        Assert.Equal(BootStepOutcome.Failed, seen.Single().Outcome);
    }

    [Fact]
    public async Task A_body_that_others_change_on_its_way_is_copied()
    {
        using var client = await Client.ConnectAsync(app);
        await client.AskAsync("/linbo/linbo64?copied");
        Assert.Equal(kernel, (await client.AnswerAsync()).Body);
        Assert.Equal(0, straightBytes);
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_client_that_reads_nothing()
    {
        using (var file = File.Create(folder.At("large")))
            file.SetLength(500_000_000);
        using var client = await Client.ConnectAsync(app);
        await client.AskAsync("/linbo/large");
        await client.HeadAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(patience.Token);
        await Wait.UntilAsync("the download is told", () => !seen.IsEmpty);
        Assert.Equal(BootStepOutcome.Aborted, seen.Single().Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    private static string Get(string path, string header = "X: y") => $"GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n";

    /// <summary>Passes everything on, so that it is no longer Kestrel's own body.</summary>
    private sealed class MemoryStreamOver(Stream body) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => body.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);
    }

    private sealed class Client(TcpClient connection) : IDisposable
    {
        private readonly Stream stream = connection.GetStream();

        public static async Task<Client> ConnectAsync(WebApplication app)
        {
            var connection = new TcpClient { ReceiveBufferSize = 64 * 1024 };
            await connection.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port, Stop);
            return new Client(connection);
        }

        public Task AskAsync(string path, string header = "X: y") => SayAsync(Get(path, header));

        public Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), Stop).AsTask();

        public ValueTask<int> MoreAsync() => stream.ReadAsync(new byte[65536], Stop);

        public async Task ReadToTheEndAsync()
        {
            try
            {
                while (await MoreAsync() > 0)
                {
                }
            }
            catch (IOException)
            {
                // The server has cut the connection.
            }
        }

        public async Task<(string[] Head, byte[] Body)> AnswerAsync()
        {
            var head = await HeadAsync();
            var length = head.Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..];
            var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, Stop);
            return (head, body);
        }

        public async Task<string[]> HeadAsync()
        {
            var head = new StringBuilder();
            var next = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(next, Stop);
                head.Append((char)next[0]);
            }

            return head.ToString().Split("\r\n");
        }

        public void Dispose() => connection.Dispose();
    }
}
