using System.Globalization;
using Bunit;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace LinboPortal.Tests.Images;

/// <summary>Questions before what is hard to take back: they name what they are about, and whoever closes them changes nothing.</summary>
public sealed class ImageDialogTests : BunitContext, IClassFixture<PortalFactory>, IAsyncLifetime
{
    private const string Name = "asked";
    private readonly PortalFactory portal;
    private IRenderedComponent<MudDialogProvider> dialogs = null!;

    public ImageDialogTests(PortalFactory portal)
    {
        this.portal = portal;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        DefaultWaitTimeout = Wait.Limit;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddLocalization();
        Services.AddScoped<Ticker>();
        Services.AddFallbackServiceProvider(portal.Services);
    }

    private static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    private string Tree => Path.Combine(portal.DataDirectory, "linbo/images", Name);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Programs.Find("qemu-img") is null, "qemu-img is not installed");
        foreach (var (folder, stamp, size) in new[] { ("", "202603010000", "3M"), ("backups/202602010000", "202602010000", "2M"), ("backups/202601010000", "202601010000", "1M") })
        {
            var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Tree, folder)).FullName, Name + ".qcow2");
            await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", file, size]).RunAsync(Ct);
            await File.WriteAllTextAsync(
                file + ".info", $"[\"{Name}.qcow2\" Info File]\ntimestamp=\"{stamp}\"\nimage=\"{Name}.qcow2\"\nimagesize=\"{new FileInfo(file).Length}\"\n", Ct);
        }

        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            foreach (var group in new[] { "art", "music" })
                db.Groups.Add(new HostGroup { School = Host.DefaultSchool, Name = group, Revision = 1, StartConf = $"[LINBO]\nGroup = {group}\n[OS]\nName = A\nBaseImage = {Name}.qcow2\n" });
            await db.SaveChangesAsync(Ct);
        }

        portal.Services.GetRequiredService<ImageStore>().Wish();
        await Wait.UntilAsync("the image and its two versions are known", async () => (await VersionsAsync()).Count == 3);
        dialogs = Render<MudDialogProvider>();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(Tree))
            Directory.Delete(Tree, recursive: true);
        await using var db = await portal.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Groups.ExecuteDeleteAsync(CancellationToken.None);
        await db.Images.ExecuteDeleteAsync(CancellationToken.None);
        await db.ImageTasks.ExecuteDeleteAsync(CancellationToken.None);
        await db.AuditEntries.ExecuteDeleteAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("page", "Delete", "Delete the image asked", "art music All 3 sets")]
    [InlineData("version", "Delete", "Delete the version of", "come free")]
    [InlineData("version", "Put back", "Put back the version of", "becomes a version")]
    [InlineData("page", "Rename", "Rename asked", "art, music its 2 versions")]
    [InlineData("keep", "Delete 2 now", "Delete versions: 2", "come free asked")]
    public async Task Whoever_closes_the_question_changes_nothing(string where, string action, string title, string told)
    {
        await SetKeepAsync(where == "keep" ? 0 : null);
        var page = Render<ImagePage>(p => p.Add(x => x.Name, Name).AddCascadingValue(Person.Portal));
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".image-versions tbody tr").Count));
        var before = await StateAsync();

        page.WaitForAssertion(() => Assert.NotEmpty(Buttons(page, where, action)));
        Buttons(page, where, action)[0].Click();

        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog h2")));
        var shown = dialogs.Find(".mud-dialog").TextContent.Replace(' ', ' ');
        Assert.Contains(title, dialogs.Find(".mud-dialog h2").TextContent, StringComparison.Ordinal);
        Assert.All(told.Split(' '), word => Assert.Contains(word, shown, StringComparison.Ordinal));
        dialogs.FindAll(".mud-dialog-actions button").First(b => b.TextContent.Trim() is "Cancel" or "Back").Click();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task An_image_in_use_goes_only_once_its_name_was_typed()
    {
        var page = Render<ImagePage>(p => p.Add(x => x.Name, Name).AddCascadingValue(Person.Portal));
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".image-versions tbody tr").Count));
        Buttons(page, "page", "Delete")[0].Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll("#confirm-word")));
        Assert.True(Agree().HasAttribute("disabled"));
        await dialogs.Find("#confirm-word").InputAsync("aske");
        Assert.True(Agree().HasAttribute("disabled"));
        Assert.Equal(3, (await VersionsAsync()).Count);

        await dialogs.Find("#confirm-word").InputAsync(Name);
        Agree().Click();

        await Wait.UntilAsync("the image is gone", async () => (await VersionsAsync()).Count == 0);
    }

    [Fact]
    public async Task A_version_is_put_back_where_the_person_agrees()
    {
        var page = Render<ImagePage>(p => p.Add(x => x.Name, Name).AddCascadingValue(Person.Portal));
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".image-versions tbody tr").Count));
        Buttons(page, "version", "Put back")[0].Click();
        dialogs.WaitForAssertion(() => Assert.NotEmpty(dialogs.FindAll(".mud-dialog h2")));

        Agree().Click();

        await Wait.UntilAsync("the version is put back", async () => (await VersionsAsync()).SequenceEqual(["", "202601010000", "202603010000"]));
    }

    [Fact]
    public async Task A_disk_of_another_format_is_shown_with_the_way_to_an_image()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Tree)!, "foreign")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(directory, "master.raw"), new byte[65536], Ct);
        portal.Services.GetRequiredService<ImageStore>().Wish();
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await Wait.UntilAsync("the disk is known", () => db.Images.AnyAsync(i => i.Name == "foreign", Ct));
        var page = Render<ImagePage>(p => p.Add(x => x.Name, "foreign").AddCascadingValue(Person.Portal));
        page.WaitForAssertion(() => Assert.Contains("not an image that LINBO can use", page.Markup, StringComparison.Ordinal));
        page.Find("button[aria-label='Convert master.raw to qcow2']").Click();
        dialogs.WaitForAssertion(() => Assert.Equal("Make the image foreign of master.raw", dialogs.Find(".mud-dialog h2").TextContent));
        dialogs.FindAll(".mud-dialog-actions button")[0].Click();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll(".mud-dialog")));
        Assert.False(await db.ImageTasks.AnyAsync(t => t.Image == "foreign", Ct));

        page.Find("button[aria-label='Convert master.raw to qcow2 and delete it afterwards']").Click();
        dialogs.WaitForAssertion(() => Assert.Contains("deleted once the image was compared", dialogs.Find(".mud-dialog").TextContent, StringComparison.Ordinal));
        Agree().Click();
        await Wait.UntilAsync("it is converted", () => db.ImageTasks.AnyAsync(t => t.Image == "foreign" && t.File == "master.raw" && t.RemovesSource && t.EndedAt != null, Ct));
        Directory.Delete(directory, recursive: true);
    }

    private AngleSharp.Dom.IElement Agree() => dialogs.FindAll(".mud-dialog-actions button")[^1];

    private static List<AngleSharp.Dom.IElement> Buttons(IRenderedComponent<ImagePage> page, string where, string action)
    {
        var buttons = page.FindAll(where == "version" ? ".image-versions button" : "button").Where(b => where == "version" || b.Closest(".image-versions") is null);
        return [.. buttons.Where(b => b.TextContent.Trim() == action && !b.HasAttribute("disabled"))];
    }

    private async Task SetKeepAsync(int? last)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Images.Where(i => i.Name == Name).ExecuteUpdateAsync(i => i.SetProperty(x => x.KeepLast, last), Ct);
    }

    private async Task<IReadOnlyList<string>> VersionsAsync()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        return await db.ImageVersions.Where(v => db.Images.Any(i => i.Id == v.ImageId && i.Name == Name)).OrderBy(v => v.Folder).Select(v => v.Folder).ToListAsync(Ct);
    }

    /// <summary>All that could have changed: files, versions, what is to be done, and who did what.</summary>
    private async Task<string> StateAsync()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        return string.Join('\n',
        [
            .. Directory.EnumerateFiles(Tree, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => f + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))),
            .. await VersionsAsync(), $"{await db.ImageTasks.CountAsync(Ct)} {await db.AuditEntries.CountAsync(Ct)}",
        ]);
    }
}
