using System.Net.Http.Json;
using Microsoft.Playwright;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>
/// One portal for all walks through the browser, empty at first. The first walks fill it, once, whichever test asks first: each test can run
/// alone, and none starts a portal of its own.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SchoolPortal : IAsyncLifetime, ICollectionFixture<SchoolPortal>
{
    public const string Name = "Browser";

    private const string TeacherPassword = "Schwamm-12-Tafel";

    private readonly PortalHome home = new();
    private readonly Chromium chromium;
    private readonly Lazy<Task> firstAdministrator;
    private readonly Lazy<Task> filled;
    private PortalProcess? portal;

    public SchoolPortal(Chromium chromium)
    {
        this.chromium = chromium;
        firstAdministrator = new(() => FirstWalks.SetUpAsync(this));
        filled = new(MoveInAsync);
    }

    /// <summary>The directory that PCs read.</summary>
    internal string Tree => Path.Combine(home.Directory, "data", "linbo");

    public async ValueTask InitializeAsync() => portal = await home.StartAsync(["--Remote:Probe:Enabled=false"], CancellationToken.None);

    /// <summary>Makes the first administrator by the setup code.</summary>
    internal Task SetUpAsync() => firstAdministrator.Value;

    /// <summary>Imports the files and images of the old server, and makes a teacher of room r101.</summary>
    internal Task FillAsync() => filled.Value;

    internal Task<string> SetupCodeAsync() => portal!.SetupCodeAsync(CancellationToken.None);

    internal Task<IPage> OpenAsync(string language = "en", int width = 1440, int height = 900) => chromium.OpenAsync(home.Address, language, width, height);

    /// <summary>A window of the administrator in a school with PCs.</summary>
    internal async Task<IPage> AdministratorAsync(string language = "en")
    {
        await FillAsync();
        var page = await OpenAsync(language);
        await SignIn.AsAdministratorAsync(page);
        return page;
    }

    /// <summary>A window of the teacher of room r101.</summary>
    internal async Task<IPage> TeacherAsync()
    {
        await FillAsync();
        var page = await OpenAsync();
        await SignIn.AsAsync(page, "lehrerin", TeacherPassword);
        return page;
    }

    internal Task<PortalApi> ApiAsync() => PortalApi.SignInAsync(home.Address, CancellationToken.None);

    public async ValueTask DisposeAsync() => await home.DisposeAsync();

    private async Task MoveInAsync()
    {
        await SetUpAsync();
        await FirstWalks.ImportAsync(this);
        using var api = await ApiAsync();
        var room = await api.GetAsync("api/v1/rooms/r101", CancellationToken.None);
        using var teacher = JsonContent.Create(new
        {
            userName = "lehrerin",
            password = TeacherPassword,
            role = "Teacher",
            rooms = new[] { room.GetProperty("id").GetString() },
        });
        await api.SendAsync(HttpMethod.Post, "api/v1/accounts", teacher, CancellationToken.None);
        await SchoolDay.BeginAsync(home);
        await SchoolImages.BringAsync(Tree, api, CancellationToken.None);
    }
}
