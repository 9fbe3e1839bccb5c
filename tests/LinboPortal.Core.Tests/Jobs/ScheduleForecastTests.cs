using LinboPortal.Core.Jobs;

namespace LinboPortal.Core.Tests.Jobs;

public sealed class ScheduleForecastTests
{
    [Theory]
    [InlineData(30, "", 30)]
    [InlineData(30, "1,3", 90)]
    [InlineData(2, "1,3", 60)]
    [InlineData(1, "1,3", 30)]
    [InlineData(0, "", 30)]
    public void Without_history_the_default_is_taken_for_each_wave(int hosts, string waves, int minutes)
    {
        var forecast = Of([], hosts, waves);
        Assert.False(forecast.IsKnown);
        Assert.Equal((TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes)), (forecast.Expected, forecast.Lead));
    }

    [Fact]
    public void Jobs_in_which_no_PC_ended_well_say_nothing() =>
        Assert.False(Of([new PastJob(TimeSpan.Zero, [])], 10, "").IsKnown);

    [Fact]
    public void A_job_that_took_38_minutes_is_expected_to_take_38_minutes_and_starts_with_a_margin()
    {
        var forecast = Of([Past(38, 20, 30, 38), Past(38, 25, 30, 38)], 3, "");
        Assert.Equal((38, 46, 38), (forecast.Expected.TotalMinutes, forecast.Lead.TotalMinutes, forecast.Typical?.TotalMinutes));
    }

    [Fact]
    public void Short_jobs_have_three_minutes_of_margin_at_least() => Assert.Equal(5, Of([Past(2, 2)], 1, "").Lead.TotalMinutes);

    [Fact]
    public void More_PCs_than_fit_at_once_take_longer() =>
        Assert.Equal((40, 20), (Of([Past(10, 10, 10)], 8, "", fanOut: 2).Expected.TotalMinutes, Of([Past(10, 10, 10)], 8, "", fanOut: 4).Expected.TotalMinutes));

    [Fact]
    public void Waves_come_one_after_the_other() =>
        Assert.Equal(30, Of([Past(10, 10, 10, 10)], 12, "1,3").Expected.TotalMinutes);

    [Fact]
    public void The_measured_time_counts_where_it_is_longer_than_the_computed_one() =>
        Assert.Equal(55, Of([Past(55, 10, 10)], 2, "").Expected.TotalMinutes);

    [Fact]
    public void The_last_five_jobs_count() =>
        Assert.Equal(10, Of([Past(10, 10), Past(10, 10), Past(10, 10), Past(10, 10), Past(10, 10), Past(300, 300)], 1, "").Expected.TotalMinutes);

    [Fact]
    public void The_lead_has_full_minutes_and_a_limit()
    {
        Assert.Equal(16, Of([new PastJob(TimeSpan.FromSeconds(770), [TimeSpan.FromSeconds(770)])], 1, "").Lead.TotalMinutes);
        Assert.Equal(ScheduleForecast.LongestLead, Of([Past(2000, 2000)], 1, "").Lead);
    }

    [Fact]
    public void The_slowest_PC_of_a_wave_is_as_slow_as_the_slowest_before() =>
        Assert.Equal(30, Of([Past(20, 5, 6, 7, 30)], 2, "").Expected.TotalMinutes);

    [Fact]
    public void Twenty_thousand_PCs_are_no_matter() =>
        Assert.Equal(2000, Of([Past(10, [.. Enumerable.Repeat(10, 1000)])], 20_000, "", fanOut: 100).Expected.TotalMinutes);

    [Theory]
    [InlineData(10, "1,3", new[] { 1, 3, 6 })]
    [InlineData(4, "1,3", new[] { 1, 3 })]
    [InlineData(3, "1,3", new[] { 1, 2 })]
    [InlineData(1, "5", new[] { 1 })]
    [InlineData(0, "1,3", new int[0])]
    [InlineData(7, "", new[] { 7 })]
    public void Sizes_of_waves_end_with_the_rest(int hosts, string waves, int[] expected) =>
        Assert.Equal(expected, ScheduleForecast.Sizes(hosts, Waves(waves)));

    private static ScheduleForecast Of(IReadOnlyList<PastJob> past, int hosts, string waves, int fanOut = 100) =>
        ScheduleForecast.From(past, hosts, Waves(waves), fanOut);

    private static IReadOnlyList<int> Waves(string text) => JobWaves.TryParse(text, out var waves) ? waves : throw new ArgumentException(text);

    private static PastJob Past(int elapsed, params int[] hosts) =>
        new(TimeSpan.FromMinutes(elapsed), [.. hosts.Select(h => TimeSpan.FromMinutes(h))]);
}
