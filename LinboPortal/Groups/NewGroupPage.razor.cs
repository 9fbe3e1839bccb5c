using LinboPortal.Core.Accounts;
using LinboPortal.Core.StartConf;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace LinboPortal.Groups;

public sealed partial class NewGroupPage
{
    private IReadOnlyList<string> names = [];
    private string name = "";
    private string seed = "both";
    private string original = "";
    private string? fileText;
    private string? fileNote;
    private string? refusal;
    private bool isUefi = true;
    private bool isRunning;

    [CascadingParameter]
    public required Person Person { get; set; }

    [SupplyParameterFromQuery]
    public string? Copy { get; set; }

    private (string Key, string Word, string Why)[] Seeds =>
    [
        ("both", Text["Seed.Both"], Text["Seed.BothWhy"]), ("windows", Text["Seed.Windows"], Text["Seed.WindowsWhy"]),
        ("linux", Text["Seed.Linux"], Text["Seed.LinuxWhy"]), ("copy", Text["Seed.Copy"], Text["Seed.CopyWhy"]),
        ("file", Text["Seed.File"], Text["Seed.FileWhy"]), ("empty", Text["Seed.Empty"], Text["Seed.EmptyWhy"]),
    ];

    private bool IsReady => name.Trim().Length > 0 && (seed != "file" || fileText is not null) && (seed != "copy" || original.Length > 0);

    private StartConfTemplate Template => new(isUefi, seed is "both" or "windows", seed is "both" or "linux");

    private StartConfDocument? Preview => seed switch
    {
        "both" or "windows" or "linux" => StartConfReader.Read(Template.Render("x")),
        "file" when fileText is not null => StartConfReader.Read(fileText),
        _ => null,
    };

    protected override async Task OnInitializedAsync()
    {
        names = await Reads.NamesAsync(CancellationToken.None); // one short query
        original = names.FirstOrDefault(n => n == Copy) ?? names.FirstOrDefault("");
        if (Copy is { Length: > 0 } && original == Copy)
            seed = "copy";
    }

    private async Task ReadFileAsync(InputFileChangeEventArgs change)
    {
        fileText = null;
        if (change.File.Size > GroupSaves.LongestText)
        {
            fileNote = Text["File.TooLong"];
            return;
        }

        using var content = new MemoryStream();
        await using var stream = change.File.OpenReadStream(GroupSaves.LongestText);
        await stream.CopyToAsync(content);
        fileNote = StartConfReader.TryDecode(content.ToArray(), out fileText) ? Text["File.Read", change.File.Name] : Text["File.NoText"];
        var suffix = change.File.Name.StartsWith("start.conf.", StringComparison.Ordinal) ? change.File.Name["start.conf.".Length..] : "";
        if (name.Length == 0 && StartConfRules.IsGroupName(suffix))
            name = suffix;
    }

    private async Task CreateAsync()
    {
        if (!IsReady || isRunning)
            return;
        isRunning = true;
        var wanted = name.Trim();
        GroupSeed from = seed switch
        {
            "copy" => new GroupSeed.CopyOf(original),
            // Somebody's file names another group: it is this one's now.
            "file" => new GroupSeed.Text(StartConfWriter.RenameGroup(StartConfReader.Read(fileText!), wanted).ToString()),
            _ => new GroupSeed.Template(Template),
        };
        var outcome = await Changes.CreateAsync(Person, wanted, from, CancellationToken.None); // a creation is finished, once begun
        isRunning = false;
        if (outcome is GroupOutcome.Done done)
            Navigation.NavigateTo($"/groups/{Uri.EscapeDataString(done.Name)}");
        refusal = outcome switch
        {
            GroupOutcome.NameRefused(var problem) => Text[$"Name.{problem}"].Value,
            GroupOutcome.Invalid(var problems) => Text["File.Errors", problems.Length, Problem.Message(problems[0]), problems[0].Line].Value,
            GroupOutcome.NotFound => Text["NoSuchGroupWhy", original].Value,
            _ => null,
        };
    }
}
