using System.Globalization;
using Bunit;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Dashboard;
using LinboPortal.Monitoring;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Dashboard;

public sealed class AttentionTests : BunitContext
{
    private static readonly Standing Nothing = new(0, [], 0, true, true);

    public AttentionTests()
    {
        Services.AddLocalization();
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
    }

    [Fact]
    public void A_missing_kernel_is_told_with_the_place_and_the_way()
    {
        var page = Show(Nothing, Report("linbo-files", ServiceHealth.Degraded, "", "linbo64", "linbofs64"));
        Assert.Contains("until linbo64, linbofs64 lie in /srv/linbo", page.Find("li").TextContent, StringComparison.Ordinal);
        Assert.Equal("/boot", page.Find("li a").GetAttribute("href"));
    }

    [Fact]
    public void New_PCs_groups_without_start_conf_and_broken_services_are_told()
    {
        var page = Show(new Standing(3, ["lab9"], 28, true, true), Report("tftp", ServiceHealth.Unhealthy, "The TFTP server has ended"));
        Assert.Equal(
            ["TFTP does not work", "28 PCs belong to groups without start.conf", "3 new PCs wait to be taken in"],
            page.FindAll("strong").Select(s => s.TextContent));
    }

    [Fact]
    public void A_tree_that_waits_for_its_first_writing_was_not_changed_by_hand()
    {
        var waiting = Report("tree", ServiceHealth.Degraded, "The tree was not written yet");
        Assert.Equal("LINBO tree needs attention", Show(Nothing, waiting).Find("strong").TextContent);
        Assert.Equal("Boot files were changed by hand", Show(Nothing, ["start.conf.lab1"], waiting).Find("strong").TextContent);
    }

    [Fact]
    public void Where_all_is_well_that_is_said()
    {
        Assert.Contains("Nothing needs attention", Show(Nothing, Report("tftp", ServiceHealth.Healthy, "")).Markup, StringComparison.Ordinal);
    }

    private static ServiceReport Report(string service, ServiceHealth health, string message, params string[] missing) =>
        new(service, health, message, DateTimeOffset.UnixEpoch, missing);

    private IRenderedComponent<Attention> Show(Standing standing, params ServiceReport[] services) => Show(standing, [], services);

    private IRenderedComponent<Attention> Show(Standing standing, string[] drifts, params ServiceReport[] services) => Render<Attention>(p => p
        .Add(x => x.Standing, standing).Add(x => x.Services, services).Add(x => x.Drifts, drifts).Add(x => x.TreeRoot, "/srv/linbo")
        .AddCascadingValue(Person.Portal));
}
