using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Tests.Boot.Tftp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Distribution;

public sealed class LinboFileEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentQueue<BootObservation> seen = new();
    private readonly byte[] content = new byte[1_000_003];
    private readonly BootHttpOptions options = new();
    private WebApplication app = null!;
    private HttpClient http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(folder.At("linbo64"), content, Stop);
        folder.Write("empty", "");
        folder.Write("start.conf.lab", "[LINBO]\n");
        folder.Write("images/w/w.qcow2.macct", "secret");
        folder.Write("boot/grub/grub.cfg", "set timeout=0\n");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        LinboFileEndpoint.MapLinboFiles(app, new Tree(folder.Path, folder.At(".c"), folder.At(".l")), new BootHttpAccess(options), seen.Enqueue, TimeProvider.System);
        await app.StartAsync(Stop);
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/linbo/") };
    }

    [Fact]
    public async Task A_whole_file_arrives_and_is_reported()
    {
        Assert.Equal(content, await http.GetByteArrayAsync("linbo64", Stop));
        await Wait.UntilAsync("the download is told", () => !seen.IsEmpty);
        var step = seen.Single();
        Assert.Equal((BootStepKind.Http, "linbo64", 1_000_003L, BootStepOutcome.Served), (step.Kind, step.Path, step.Bytes, step.Outcome));
        Assert.Equal(IPAddress.Loopback, step.Client);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.0.0.9")]
    [InlineData("X-Original-For", "[::1]:4711")]
    [InlineData("Forwarded", "for=10.0.0.9")]
    [InlineData("Via", "1.1 proxy")]
    public async Task What_comes_through_a_proxy_gets_nothing_and_leaves_no_trace_in_the_boots(string header, string value)
    {
        using var answer = await GetAsync("linbo64", r => r.Headers.TryAddWithoutValidation(header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(seen);
    }

    [Theory]
    [InlineData("10.16.1.5", true)]
    [InlineData("172.31.9.9", true)]
    [InlineData("192.168.0.7", true)]
    [InlineData("::ffff:192.168.0.7", true)]
    [InlineData("fd00::5", true)]
    [InlineData("fe80::1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("2001:db8::1", false)]
    public void Without_a_setting_the_private_networks_are_served(string address, bool served)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        Assert.Equal(served, new BootHttpAccess(new BootHttpOptions()).Allows(context));
    }

    [Fact]
    public void Named_networks_are_served_and_no_others()
    {
        var access = new BootHttpAccess(new BootHttpOptions { Networks = ["141.30.0.0/16"] });
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();

        context.Connection.RemoteIpAddress = IPAddress.Parse("141.30.5.5");
        Assert.True(access.Allows(context));
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
        Assert.False(access.Allows(context));
    }

    [Fact]
    public async Task Images_are_not_handed_out_over_HTTP_unless_a_setting_says_so()
    {
        folder.Write("images/w/w.qcow2", "QFI");
        foreach (var path in (string[])["images/w/w.qcow2", "/images/w/w.qcow2", "boot/../images/w/w.qcow2", "Images/w/w.qcow2"])
        {
            using var refused = await GetAsync(path, _ => { });
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        options.Images = true;
        using var answer = await GetAsync("images/w/w.qcow2", _ => { });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=1000000-", 1_000_000, 3)]
    [InlineData("bytes=-5", 999_998, 5)]
    [InlineData("bytes=-9999999", 0, 1_000_003)]
    [InlineData("bytes=999999-99999999", 999_999, 4)]
    public async Task A_range_is_that_part(string range, int start, int length)
    {
        using var answer = await GetAsync("linbo64", r => r.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {start}-{start + length - 1}/1000003", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(content[start..(start + length)], await answer.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task Several_ranges_come_as_parts()
    {
        using var answer = await GetAsync("start.conf.lab", r => r.Headers.TryAddWithoutValidation("Range", "bytes=0-1,-2"));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        var boundary = answer.Content.Headers.ContentType!.Parameters.Single(p => p.Name == "boundary").Value;
        Assert.Equal(
            $"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/8\r\n\r\n[L" +
            $"\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 6-7/8\r\n\r\n]\n\r\n--{boundary}--\r\n",
            await answer.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("linbo64", "bytes=1000003-", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("empty", "bytes=0-", HttpStatusCode.RequestedRangeNotSatisfiable)]
    [InlineData("linbo64", "bytes=9-1", HttpStatusCode.OK)]
    [InlineData("linbo64", "lines=1-2", HttpStatusCode.OK)]
    [InlineData("linbo64", "bytes=0-,0-,0-,0-", HttpStatusCode.OK)]
    public async Task An_impossible_or_greedy_range_is_answered_as_the_rules_say(string file, string range, HttpStatusCode expected)
    {
        using var answer = await GetAsync(file, r => r.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_file_that_did_not_change_is_not_sent_again_and_a_changed_one_is()
    {
        using var first = await GetAsync("start.conf.lab", _ => { });
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        using (var same = await GetAsync("start.conf.lab", r => r.Headers.IfNoneMatch.Add(tag)))
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using (var part = await GetAsync("start.conf.lab", r => { r.Headers.IfRange = new RangeConditionHeaderValue(tag); r.Headers.Range = new RangeHeaderValue(0, 1); }))
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        folder.Write("start.conf.lab", "[LINBO]\nCache = x\n");
        using (var changed = await GetAsync("start.conf.lab", r => r.Headers.IfNoneMatch.Add(tag)))
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using (var whole = await GetAsync("start.conf.lab", r => { r.Headers.IfRange = new RangeConditionHeaderValue(tag); r.Headers.Range = new RangeHeaderValue(0, 1); }))
            Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    }

    [Fact]
    public async Task HEAD_tells_size_and_sends_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "linbo64");
        using var answer = await http.SendAsync(request, Stop);
        Assert.Equal(1_000_003, answer.Content.Headers.ContentLength);
        Assert.Equal("bytes", Assert.Single(answer.Headers.AcceptRanges));
        Assert.Empty(seen);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("images/w/w.qcow2.macct")]
    [InlineData("images")]
    [InlineData("")]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("boot/%00grub.cfg")]
    public async Task What_is_missing_secret_or_outside_is_not_found(string path)
    {
        using var answer = await GetAsync(path, _ => { });
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        Assert.DoesNotContain("root:", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_lead_within_the_tree_and_nowhere_else_and_a_pipe_keeps_nobody_waiting()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret", "of the server");
        File.CreateSymbolicLink(folder.At("inside"), folder.At("start.conf.lab"));
        File.CreateSymbolicLink(folder.At("outside"), outside.At("secret"));
        File.CreateSymbolicLink(folder.At("way"), outside.Path);
        File.CreateSymbolicLink(folder.At("harmless"), folder.At("images/w/w.qcow2.macct"));
        await OtherPrograms.RunAsync("mkfifo", folder.At("pipe"));

        Assert.Equal("[LINBO]\n", await http.GetStringAsync("inside", Stop));
        foreach (var name in (string[])["outside", "way/secret", "harmless", "pipe", "boot"])
        {
            using var answer = await http.GetAsync(name, Stop);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Writing_is_refused()
    {
        using var answer = await http.PutAsync("linbo64", new StringContent("x"), Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task A_download_that_the_client_ends_is_reported_as_aborted()
    {
        using (var file = File.Create(folder.At("linbofs64")))
            file.SetLength(500_000_000);
        using (var answer = await http.GetAsync("linbofs64", HttpCompletionOption.ResponseHeadersRead, Stop))
        await using (var body = await answer.Content.ReadAsStreamAsync(Stop))
            await body.ReadExactlyAsync(new byte[1000], Stop);
        await Wait.UntilAsync("the download is told", () => !seen.IsEmpty);
        Assert.Equal(BootStepOutcome.Aborted, seen.Single().Outcome);
        Assert.InRange(seen.Single().Bytes, 1000, 499_999_999);
    }

    [Fact]
    public async Task Text_and_boot_files_have_their_types()
    {
        using var text = await GetAsync("boot/grub/grub.cfg", _ => { });
        Assert.Equal("text/plain", text.Content.Headers.ContentType!.MediaType);
        using var kernel = await GetAsync("linbo64", _ => { });
        Assert.Equal("application/octet-stream", kernel.Content.Headers.ContentType!.MediaType);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        prepare(request);
        return await http.SendAsync(request, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
