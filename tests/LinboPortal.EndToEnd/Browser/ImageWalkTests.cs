using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Walks through the pages of images: a file becomes an image, then a version that is put back, renamed and deleted.</summary>
[Collection(SchoolPortal.Name)]
public sealed class ImageWalkTests(SchoolPortal school)
{
    private const int DiskSize = 24 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_is_uploaded_over_a_broken_line_replaced_put_back_renamed_and_deleted()
    {
        var folder = Directory.CreateTempSubdirectory("linboportal-disks-").FullName;
        try
        {
            var (first, second) = (await DiskAsync(folder, "first"), await DiskAsync(folder, "second"));
            var page = await school.AdministratorAsync();

            await UploadAsync(page, first, cuts: 2);
            await Expect(Good(page)).ToHaveCountAsync(1);
            Assert.True(await IsSameAsync(first));

            await UploadAsync(page, second, cuts: 0);
            await Expect(Good(page)).ToHaveCountAsync(2);
            Assert.True(await IsSameAsync(second));

            await page.GetByRole(AriaRole.Button, new() { Name = "Put back", Exact = true }).ClickAsync();
            var question = page.GetByRole(AriaRole.Dialog);
            await Expect(question).ToContainTextAsync("The current image becomes a version");
            await question.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Expect(question).ToHaveCountAsync(0);
            Assert.True(await IsSameAsync(second));
            await page.GetByRole(AriaRole.Button, new() { Name = "Put back", Exact = true }).ClickAsync();
            await question.GetByRole(AriaRole.Button, new() { Name = "Put back" }).ClickAsync();
            await Expect(page.GetByText("The version is the current image now")).ToBeVisibleAsync();
            Assert.True(await IsSameAsync(first));

            await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await Expect(question).ToContainTextAsync("With its version and sidecars");
            await question.GetByLabel("New name").FillAsync("win11"); // another image has it
            await question.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await Expect(question).ToContainTextAsync("There is an image win11 already.");
            await question.GetByLabel("New name").FillAsync("newname");
            await question.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/images/newname$"));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "newname", Level = 1 })).ToBeVisibleAsync();
            await Expect(Good(page)).ToHaveCountAsync(2);
            Assert.False(Directory.Exists(Path.Combine(school.Tree, "images", "walked")));

            await page.Locator(".page-action").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await Expect(question).ToContainTextAsync("2 sets of files");
            var delete = question.GetByRole(AriaRole.Button, new() { Name = "Delete" });
            await Expect(delete).ToBeDisabledAsync();
            await question.Locator("#confirm-word").FillAsync("newname");
            await delete.ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/images$"));
            Assert.False(Directory.Exists(Path.Combine(school.Tree, "images", "newname")));
            await page.Context.CloseAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Uploads a disk as the image "walked" and opens its page; the line breaks as often as <paramref name="cuts"/> says.</summary>
    private static async Task UploadAsync(IPage page, string disk, int cuts)
    {
        var isBroken = cuts > 0;
        await page.GotoAsync("/images");
        await SignIn.ReadyAsync(page);
        await page.RouteAsync("**/api/v1/image-uploads/*", async route =>
        {
            if (route.Request.Method == "PATCH" && cuts-- > 0)
                await route.AbortAsync("connectionreset");
            else
                await route.ContinueAsync();
        });
        await page.Locator(".image-upload-panel input[type=file]").SetInputFilesAsync(disk);
        var name = page.GetByLabel("Name of the image made of " + Path.GetFileName(disk));
        var start = page.Locator(".image-chosen").GetByRole(AriaRole.Button, new() { Name = "Upload" });
        await Expect(name).ToHaveValueAsync(Path.GetFileNameWithoutExtension(disk));
        await name.FillAsync("not a name");
        await Expect(start).ToBeDisabledAsync();
        await Expect(page.Locator(".image-chosen")).ToContainTextAsync("Letters, digits, _ and - only");
        await name.FillAsync("walked");
        await start.ClickAsync();
        if (isBroken)
            await Expect(page.Locator(".image-tasks")).ToContainTextAsync("waits for the line");
        await Expect(page.Locator(".image-chosen")).ToHaveCountAsync(0);
        await page.Locator("a[href='/images/walked']").First.ClickAsync(); // it goes on while one looks at other pages
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "walked", Level = 1 })).ToBeVisibleAsync();
    }

    private static ILocator Good(IPage page) => page.Locator(".image-versions .image-sign.is-good");

    /// <summary>A disk of random bytes: nothing of it can be guessed or left out.</summary>
    private static async Task<string> DiskAsync(string folder, string name)
    {
        var path = Path.Combine(folder, name + ".raw");
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(DiskSize), Ct);
        return path;
    }

    /// <summary>Whether PCs would get this disk.</summary>
    private async Task<bool> IsSameAsync(string disk) =>
        (await Programs.RunAsync("qemu-img", ["compare", "-f", "raw", "-F", "qcow2", disk, Path.Combine(school.Tree, "images", "walked", "walked.qcow2")], Ct))
        .Contains("identical", StringComparison.Ordinal);
}
