using Microsoft.Playwright;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>The pictures of README and docs, made by the tests so that they show what is there: <c>UPDATE_PICTURES=1 ./test.sh</c>.</summary>
internal static class Pictures
{
    public static async Task TakeAsync(IPage page, string name)
    {
        var wanted = Environment.GetEnvironmentVariable("UPDATE_PICTURES") is "1";
        var folder = wanted ? Path.Combine(Repository.Root, "docs", "images") : Path.Combine(Path.GetTempPath(), "linboportal-pictures");
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }
}
