using System.Globalization;
using Bunit;
using LinboPortal.Boot;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Shell;
using LinboPortal.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Boot;

public sealed class BootPanelTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 7, 45, 0, TimeSpan.Zero);
    private static readonly BootSurroundings Known = new(new Dictionary<string, bool> { ["lab1"] = true, ["lab9"] = false });

    public BootPanelTests()
    {
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<Ticker>();
    }

    [Fact]
    public void A_missing_group_file_is_explained_in_English_with_the_way_to_mend_it()
    {
        var panel = Show(new BootSamples(Start, group: "lab9").MissingGroupConfig(), "en");
        var problem = panel.Find(".boot-problems li");
        Assert.Contains("Asked for boot/grub/lab9.cfg, which does not exist: the group lab9 has no start.conf.", problem.TextContent, StringComparison.Ordinal);
        Assert.Equal("/groups/lab9", problem.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void A_missing_group_file_is_explained_in_German()
    {
        var panel = Show(new BootSamples(Start, group: "lab9").MissingGroupConfig(), "de");
        Assert.Contains(
            "boot/grub/lab9.cfg verlangt, das es nicht gibt: Die Gruppe lab9 hat keine start.conf.", panel.Find(".boot-problems li").TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_picture_speaks_for_itself_to_a_screen_reader()
    {
        var picture = Show(new BootSamples(Start).Bios(), "en").Find("[role=img]");
        Assert.StartsWith("Boot timeline of pc1: Power-on to LINBO 26", picture.GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_gap_is_named_in_the_table()
    {
        Assert.Contains("without a request: the firmware waits", Show(new BootSamples(Start).Bios(), "en").Find(".step-gap").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Folded_steps_unfold()
    {
        var panel = Show(new BootSamples(Start).Uefi(), "en");
        Assert.Empty(panel.FindAll(".step-one"));
        var modules = panel.FindAll(".unfold").Single(b => b.TextContent.Contains("GRUB modules, 47 files", StringComparison.Ordinal));
        modules.Click();
        Assert.Equal(47, panel.FindAll(".step-one").Count);
    }

    [Fact]
    public void No_label_covers_another_one_in_its_row()
    {
        foreach (var run in new[] { new BootSamples(Start).Bios(), new BootSamples(Start).Uefi(), new BootSamples(Start).Http(), new BootSamples(Start).BrokenTransfer() })
        {
            var layout = TimelineLayout.Of(BootTimeline.Of(run, Known, Start.AddHours(1)), b => b.Kind.ToString());
            foreach (var row in layout.Lanes.SelectMany(l => l.Bars.GroupBy(b => b.Row)))
            {
                double end = 0;
                foreach (var bar in row)
                {
                    Assert.True(bar.Left >= end);
                    end = bar.Left + bar.Width;
                }
            }
        }
    }

    private IRenderedComponent<BootPanel> Show(BootRun run, string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        var boot = BootTimeline.Of(run, Known, run.LastStepAt.AddHours(1));
        return Render<BootPanel>(p => p.Add(x => x.Boot, boot).Add(x => x.Host, "pc1").AddCascadingValue(Person.Portal).AddCascadingValue(TimeZoneInfo.Utc));
    }
}
