using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Groups;

public sealed class TreeApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private static readonly object Linux = new { isUefi = false, hasWindows = false, hasLinux = true };
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Tree => Path.Combine(portal.DataDirectory, "linbo");

    public async ValueTask InitializeAsync() => admin = await portal.CreateClientFor(Role.Administrator);

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_group_stands_in_the_tree_soon_after()
    {
        using var created = await admin.PostAsJsonAsync("/api/v1/groups", new { name = "soon", template = Linux }, Ct);
        await Wait.UntilAsync("the group's files are written", () => File.Exists(Path.Combine(Tree, "boot/grub/soon.cfg")) && File.Exists(Path.Combine(Tree, "start.conf.soon")));

        Assert.Equal(await admin.GetByteArrayAsync("/api/v1/groups/soon/start-conf", Ct), await File.ReadAllBytesAsync(Path.Combine(Tree, "start.conf.soon"), Ct));
    }

    [Fact]
    public async Task A_change_by_hand_is_taken_in_as_a_revision()
    {
        var path = await MakeDriftAsync("taken", text => text + "# by hand\n");
        var drift = await DriftAsync("start.conf.taken");

        using var stale = await admin.PostAsJsonAsync("/api/v1/tree/drift/take-in", new { path = "start.conf.taken", found = "sha256:0" }, Ct);
        using var taken = await admin.PostAsJsonAsync("/api/v1/tree/drift/take-in", new { path = "start.conf.taken", found = drift }, Ct);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (stale.StatusCode, taken.StatusCode));
        Assert.EndsWith("# by hand\n", await admin.GetStringAsync("/api/v1/groups/taken/start-conf", Ct), StringComparison.Ordinal);
        Assert.EndsWith("# by hand\n", await File.ReadAllTextAsync(path, Ct), StringComparison.Ordinal);
        Assert.Equal("", await DriftAsync("start.conf.taken"));
    }

    [Fact]
    public async Task A_change_by_hand_is_replaced_when_told_so()
    {
        var path = await MakeDriftAsync("replaced", text => text + "# by hand\n");

        var texts = JsonDocument.Parse(await admin.GetStringAsync("/api/v1/tree/drift/texts?path=start.conf.replaced", Ct)).RootElement;
        using var replaced = await admin.PostAsJsonAsync("/api/v1/tree/drift/replace", new { path = "start.conf.replaced", found = await DriftAsync("start.conf.replaced") }, Ct);

        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal(texts.GetProperty("wanted").GetString(), await File.ReadAllTextAsync(path, Ct));
    }

    [Fact]
    public async Task A_change_by_hand_with_errors_is_not_taken_in()
    {
        await MakeDriftAsync("wrong", text => text.Replace("Size = 60G", "Size = viel", StringComparison.Ordinal));
        using var refused = await admin.PostAsJsonAsync("/api/v1/tree/drift/take-in", new { path = "start.conf.wrong", found = await DriftAsync("start.conf.wrong") }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsJsonAsync("/api/v1/tree/drift/replace", new { path = "../etc/passwd", found = "x" }, Ct)).StatusCode);
    }

    private async Task<string> MakeDriftAsync(string group, Func<string, string> change)
    {
        using var created = await admin.PostAsJsonAsync("/api/v1/groups", new { name = group, template = Linux }, Ct);
        using var projected = await admin.PostAsync("/api/v1/tree/project", null, Ct);
        var path = Path.Combine(Tree, $"start.conf.{group}");
        await File.WriteAllTextAsync(path, change(await File.ReadAllTextAsync(path, Ct)), Ct);
        using var seen = await admin.PostAsync("/api/v1/tree/project", null, Ct);
        return path;
    }

    private async Task<string> DriftAsync(string path)
    {
        var answer = JsonDocument.Parse(await admin.GetStringAsync("/api/v1/tree/drift", Ct)).RootElement;
        return answer.GetProperty("drifts").EnumerateArray().Where(d => d.GetProperty("path").GetString() == path)
            .Select(d => d.GetProperty("found").GetString()!).SingleOrDefault("");
    }
}
