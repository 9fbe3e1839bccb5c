using LinboPortal.Schedules;
using LinboPortal.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Schedules;

/// <summary>Schedules that start at the same time on the same PCs.</summary>
public sealed class ScheduleOverlapsTests(TestDatabase database) : ScheduleUseCases(database)
{
    [Fact]
    public async Task Two_at_the_same_time_on_the_same_PCs_are_named_in_the_form_and_in_the_list()
    {
        var first = await AddedAsync(Form("Nachts A"));
        var same = Form("Nachts B", "22:10");
        await using var services = Build();
        var overlaps = services.GetRequiredService<ScheduleOverlaps>();
        var found = Assert.Single(await overlaps.OfAsync(Admin, same, null, Ct), o => o.Id == first);
        Assert.Equal("Nachts A", found.Name);
        Assert.True(found.Pcs > 0);
        Assert.DoesNotContain(await overlaps.OfAsync(Admin, Form("Nachts B", "23:00"), null, Ct), o => o.Id == first);
        Assert.DoesNotContain(await overlaps.OfAsync(Admin, Form("Nachts A"), first, Ct), o => o.Id == first);
        var weekend = Form("Wochenende");
        weekend.Days = 0b1100000;
        Assert.DoesNotContain(await overlaps.OfAsync(Admin, weekend, null, Ct), o => o.Id == first);
        var second = await AddedAsync(same);
        var all = await overlaps.AllAsync(Admin, Ct);
        Assert.Contains(all[first], o => o.Id == second);
        Assert.Contains(all[second], o => o.Id == first);
    }
}
