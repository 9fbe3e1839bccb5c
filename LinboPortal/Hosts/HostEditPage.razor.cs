using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Hosts;

/// <summary>Adds or edits a host. What was typed stays, whatever happens.</summary>
public sealed partial class HostEditPage : IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private HostForm? form;
    private HostDetails? host;
    private HostDetails? theirs;
    private Places places = Places.None;
    private IReadOnlyList<HostIssue> problems = [];
    private bool gone;
    private bool busy;
    private bool away;

    /// <summary>The host to edit; null for a new one.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Fills in a room, where a room's page leads here.</summary>
    [SupplyParameterFromQuery]
    public string? Room { get; set; }

    [CascadingParameter]
    public required Person Person { get; set; }

    [Inject]
    internal HostList List { get; set; } = null!;

    [Inject]
    internal HostChanges Changes { get; set; } = null!;

    [Inject]
    internal RoomList RoomsOfPerson { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    private string Title => Name is null ? Text["AddTitle"] : Text["EditTitle", Name];

    private int Errors => problems.Where(p => !p.IsWarning).Select(p => p.Field).Distinct().Count();

    private IEnumerable<(string Label, string Mine, string Theirs)> Differences
    {
        get
        {
            var other = HostForm.Of(theirs!);
            return Device.Fields.Where(f => form!.TextOf(f).Trim() != other.TextOf(f)).Select(f => (Issues.Field(f), form!.TextOf(f), other.TextOf(f)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        places = await RoomsOfPerson.NamesAsync(Person, leaving.Token);
        host = Name is null ? null : await List.FindAsync(Person, Name, leaving.Token);
        gone = Name is not null && host is null;
        form = gone ? null : host is null ? new HostForm { School = places.Schools[0], Room = Room ?? "" } : HostForm.Of(host);
    }

    private async Task SaveAsync()
    {
        if (busy)
            return;
        (busy, away) = (true, false);
        try
        {
            var saved = host is null
                ? await Changes.AddAsync(Person, form!, leaving.Token)
                : await Changes.EditAsync(Person, host.Id, host.Version, form!, leaving.Token);
            Take(saved);
        }
        catch (Exception exception) when (DatabaseGone.Explains(exception))
        {
            away = true;
        }
        finally
        {
            busy = false;
        }
    }

    private void Take(HostSaved saved)
    {
        switch (saved)
        {
            case HostSaved.Done(var done, var warnings):
                foreach (var warning in warnings.Where(w => w.IsWarning))
                    Snackbar.Add(Issues.Sentence(warning), Severity.Warning);
                Snackbar.Add(Text["Saved", done.Name], Severity.Success);
                Navigation.NavigateTo($"/hosts/{Uri.EscapeDataString(done.Name)}");
                break;
            case HostSaved.Refused(var found):
                problems = found;
                break;
            case HostSaved.Conflict(var other):
                (theirs, problems) = (other, []);
                break;
            default:
                (form, gone) = (null, true);
                break;
        }
    }

    private async Task KeepMineAsync()
    {
        (host, theirs) = (theirs, null);
        await SaveAsync();
    }

    private void TakeTheirs()
    {
        (host, form, theirs, problems) = (theirs, HostForm.Of(theirs!), null, []);
    }
}
