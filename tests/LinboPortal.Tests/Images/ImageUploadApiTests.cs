using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Processes;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Images;

public sealed class ImageUploadApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Tree => Path.Combine(portal.DataDirectory, "linbo/images");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Programs.Find("qemu-img") is null, "qemu-img is not installed");
        admin = await portal.CreateClientFor(Role.Administrator);
    }

    public ValueTask DisposeAsync()
    {
        admin?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("Upload-Concat", "partial")]
    [InlineData("Upload-Concat", "final;/api/v1/image-uploads/1 /api/v1/image-uploads/2")]
    [InlineData("Upload-Defer-Length", "1")]
    [InlineData("Upload-Checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")]
    [InlineData("upload-complete", "?1")]
    public async Task An_extension_of_tus_that_is_not_spoken_is_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/image-uploads");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", "100");
        request.Headers.Add("Upload-Metadata", "filename eC5xY293Mg==");
        request.Headers.Add(header, value);
        using var answer = await admin.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(header, await answer.Content.ReadAsStringAsync(Ct), StringComparison.OrdinalIgnoreCase);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.False(await db.ImageTasks.AnyAsync(t => t.Image == "x", Ct));
    }

    [Fact]
    public async Task A_file_that_comes_in_pieces_cut_anywhere_becomes_the_image_and_the_former_one_a_version()
    {
        var first = await Qcow2Async(1);
        await SendWholeAsync("cut.qcow2", first);
        var content = await Qcow2Async(3);
        var address = await BeginAsync("cut.qcow2", content.Length);
        var random = new Random(7);
        for (var i = 0; i < 10; i++)
        {
            var at = await OffsetAsync(address);
            var announced = (int)Math.Min(content.Length - at, content.Length / 8);
            using var broken = new CutContent(content.AsMemory((int)at, announced), random.Next(1, announced));
            using var request = Piece(address, at, broken);
            using var line = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var sending = admin.SendAsync(request, line.Token);
            await broken.IsSent;
            await line.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            await Wait.UntilAsync("nobody sends any more", async () =>
            {
                using var look = await PatchAsync(address, content.Length + 1, new ByteArrayContent([1]));
                return look.StatusCode == HttpStatusCode.Conflict; // and not locked any more
            });
        }

        Assert.InRange(await OffsetAsync(address), 1, content.Length - 1);
        var rest = await OffsetAsync(address);
        using var last = new ByteArrayContent(content, (int)rest, content.Length - (int)rest);
        using var done = await PatchAsync(address, rest, last, Convert.ToHexStringLower(SHA256.HashData(content)));
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        var task = await EndAsync(address);

        Assert.Equal("Done", task.GetProperty("state").GetString());
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(Tree, "cut/cut.qcow2"), Ct));
        Assert.Equal(first, await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(Tree, "cut/backups"), "cut.qcow2", SearchOption.AllDirectories).Single(), Ct));
        Assert.Contains($"imagesize=\"{content.Length}\"", await File.ReadAllTextAsync(Path.Combine(Tree, "cut/cut.qcow2.info"), Ct), StringComparison.Ordinal);
        var image = await admin.GetFromJsonAsync<JsonElement>("/api/v1/images/cut", Ct);
        Assert.Equal("Good", image.GetProperty("state").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(content)), image.GetProperty("versions")[0].GetProperty("files")[0].GetProperty("sha256").GetString());
        Assert.Empty(Directory.GetDirectories(Path.Combine(Tree, ".upload/tasks")));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(2, await db.AuditEntries.CountAsync(a => a.Action == "image.upload" && a.Subject == "cut", Ct));
    }

    [Fact]
    public async Task A_file_that_is_not_what_was_announced_changes_nothing_and_says_why()
    {
        var first = await Qcow2Async(1);
        await SendWholeAsync("kept.qcow2", first);
        var other = await Qcow2Async(2);
        var broken = other.ToArray();
        broken.AsSpan(65536, 65536).Fill(0xff); // its tables

        var wrongSum = await SendWholeAsync("kept.qcow2", other, sha256: new string('a', 64));
        var wrongTables = await SendWholeAsync("kept.qcow2", broken);
        var noImage = await SendWholeAsync("kept.qcow2", new byte[100_000]);

        Assert.Equal(
            ["Failed ChecksumDiffers", "Failed CheckFailed", "Failed WrongFormat"],
            new[] { wrongSum, wrongTables, noImage }.Select(t => $"{t.GetProperty("state")} {t.GetProperty("problem")}"));
        Assert.Equal(first, await File.ReadAllBytesAsync(Path.Combine(Tree, "kept/kept.qcow2"), Ct));
        Assert.False(Directory.Exists(Path.Combine(Tree, "kept/backups")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(Tree, ".upload/tasks")));
    }

    [Theory]
    [InlineData("raw", "raw")]
    [InlineData("vmdk", "vmdk")]
    [InlineData("vhdx", "vhdx")]
    public async Task Disks_of_other_programs_are_converted(string ending, string format)
    {
        var raw = new byte[2 << 20];
        new Random(3).NextBytes(raw.AsSpan(0, 1 << 20));
        var path = Path.Combine(portal.DataDirectory, "disk." + ending);
        await File.WriteAllBytesAsync(path + ".src", raw, Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", format, path + ".src", path]).RunAsync(Ct);
        var content = await File.ReadAllBytesAsync(path, Ct);

        var task = await SendWholeAsync("Old disk." + ending, content, image: "from-" + ending, sha256: Convert.ToHexStringLower(SHA256.HashData(content)));

        Assert.Equal("Done ", $"{task.GetProperty("state")} {task.GetProperty("detail")}");
        var image = Path.Combine(Tree, $"from-{ending}/from-{ending}.qcow2");
        await new ProgramRun("qemu-img", ["convert", "-f", "qcow2", "-O", "raw", image, path + ".back"]).RunAsync(Ct);
        Assert.Equal(raw, (await File.ReadAllBytesAsync(path + ".back", Ct))[..raw.Length]);
    }

    [Fact]
    public async Task A_vmdk_that_only_names_a_file_of_the_server_is_not_followed()
    {
        var text = "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\n\nRW 8 FLAT \"/etc/passwd\" 0\n";
        var task = await SendWholeAsync("spy.vmdk", Encoding.ASCII.GetBytes(text.PadRight(4096, '\n')));
        Assert.Equal("Failed RefersElsewhere", $"{task.GetProperty("state")} {task.GetProperty("problem")}");
        Assert.False(Directory.Exists(Path.Combine(Tree, "spy")));
    }

    [Fact]
    public async Task Wishes_that_cannot_be_are_refused_with_field_value_and_remedy()
    {
        (string File, long Length, string Field, HttpStatusCode Status)[] wishes =
        [
            ("report.pdf", 100, "file", HttpStatusCode.BadRequest), ("a b.qcow2", 100, "file", HttpStatusCode.BadRequest), ("x.qcow2", 0, "length", HttpStatusCode.BadRequest),
            ("x.qdiff", 100, "info", HttpStatusCode.BadRequest), ("x.qcow2", 1L << 60, "length", HttpStatusCode.InsufficientStorage),
        ];
        foreach (var (file, length, field, status) in wishes)
        {
            using var answer = await AskAsync(file, length);
            Assert.Equal(status, answer.StatusCode);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
            Assert.Equal(field, problem.GetProperty("field").GetString());
            Assert.All(new[] { "value", "remedy", "detail" }, name => Assert.NotNull(problem.GetProperty(name).GetString()));
        }

        using var noTus = await admin.PostAsync("/api/v1/image-uploads", null, Ct);
        Assert.Equal(HttpStatusCode.PreconditionFailed, noTus.StatusCode);
        using var observer = await portal.CreateClientFor(Role.Observer);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsync("/api/v1/image-uploads", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await observer.GetAsync("/api/v1/image-tasks", Ct)).StatusCode);
    }

    [Fact]
    public async Task Pieces_begin_where_the_file_ends_come_one_at_a_time_and_never_after_the_end()
    {
        var address = await BeginAsync("order.qcow2", 1000);
        using var early = new ByteArrayContent(new byte[10]);
        using var wrong = await PatchAsync(address, 5, early);
        Assert.Equal((HttpStatusCode.Conflict, "0"), (wrong.StatusCode, wrong.Headers.GetValues("Upload-Offset").Single()));
        using var slow = new SlowContent(10);
        var sending = PatchAsync(address, 0, slow);
        await slow.Begun;
        await Wait.UntilAsync("it has the first half", async () => await OffsetAsync(address) == 5); // it has the file: what looked by sending could have come before it
        using var second = await PatchAsync(address, 5, new ByteArrayContent(new byte[10]));
        Assert.Equal(HttpStatusCode.Locked, second.StatusCode);
        slow.GoOn();
        using var first = await sending;
        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        using var tooMuch = await PatchAsync(address, 10, new ByteArrayContent(new byte[2000]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooMuch.StatusCode);

        using var thrownAway = await SendAsync(HttpMethod.Delete, address);
        using var gone = await SendAsync(HttpMethod.Head, address);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (thrownAway.StatusCode, gone.StatusCode));
        Assert.False(Directory.Exists(Path.Combine(Tree, "order")));
    }

    private async Task<byte[]> Qcow2Async(int megabytes)
    {
        var path = Path.Combine(portal.DataDirectory, Guid.CreateVersion7().ToString("N"));
        var raw = new byte[megabytes << 20];
        new Random(megabytes).NextBytes(raw);
        await File.WriteAllBytesAsync(path, raw, Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", path, path + ".qcow2"]).RunAsync(Ct);
        return await File.ReadAllBytesAsync(path + ".qcow2", Ct);
    }

    private async Task<JsonElement> SendWholeAsync(string file, byte[] content, string? image = null, string? sha256 = null)
    {
        var address = await BeginAsync(file, content.Length, image);
        using var sent = await PatchAsync(address, 0, new ByteArrayContent(content), sha256);
        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        return await EndAsync(address);
    }

    private async Task<HttpResponseMessage> AskAsync(string file, long length, string? image = null)
    {
        static string Pair(string key, string value) => $"{key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/image-uploads");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", $"{length}");
        request.Headers.Add("Upload-Metadata", Pair("filename", file) + (image is null ? "" : "," + Pair("image", image)));
        return await admin.SendAsync(request, Ct);
    }

    private async Task<string> BeginAsync(string file, long length, string? image = null)
    {
        using var made = await AskAsync(file, length, image);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return made.Headers.Location!.ToString();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return await admin.SendAsync(request, Ct);
    }

    private async Task<long> OffsetAsync(string address)
    {
        using var answer = await SendAsync(HttpMethod.Head, address);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<HttpResponseMessage> PatchAsync(string address, long offset, HttpContent body, string? sha256 = null)
    {
        using var request = Piece(address, offset, body);
        if (sha256 is not null)
            request.Headers.Add("Repr-Digest", $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:");
        return await admin.SendAsync(request, Ct);
    }

    private static HttpRequestMessage Piece(string address, long offset, HttpContent body)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, address) { Content = body };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", $"{offset}");
        body.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return request;
    }

    private async Task<JsonElement> EndAsync(string address)
    {
        var task = default(JsonElement);
        await Wait.UntilAsync($"the upload {address} has ended", async () =>
        {
            task = await admin.GetFromJsonAsync<JsonElement>("/api/v1/image-tasks/" + address.Split('/')[^1], Ct);
            return task.GetProperty("endedAt").ValueKind != JsonValueKind.Null && !Directory.Exists(Path.Combine(Tree, ".upload/tasks", Guid.Parse(address.Split('/')[^1]).ToString("N")));
        });
        return task;
    }

    /// <summary>Announces all, sends a part, and then nothing until the line is cut.</summary>
    private sealed class CutContent(ReadOnlyMemory<byte> content, int after) : HttpContent
    {
        private readonly TaskCompletionSource sent = new();

        public Task IsSent => sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(content[..after], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            sent.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }

    /// <summary>Sends a part, and the rest when it may.</summary>
    private sealed class SlowContent(int size) : HttpContent
    {
        private readonly TaskCompletionSource begun = new();
        private readonly TaskCompletionSource goOn = new();

        public Task Begun => begun.Task;

        public void GoOn() => goOn.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[size / 2]);
            await stream.FlushAsync();
            begun.TrySetResult();
            await goOn.Task;
            await stream.WriteAsync(new byte[size - size / 2]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
