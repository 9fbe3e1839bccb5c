using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class SpaceForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static SpaceForecast? Of(long usable, params (int Days, long Bytes)[] intakes) =>
        SpaceForecast.Of(intakes.Select(i => (Now.AddDays(-i.Days), i.Bytes)), usable, Now);

    [Fact]
    public void What_came_in_lately_goes_on() => Assert.Equal(new SpaceForecast(20, 50), Of(1000, (30, 300), (10, 300)));

    [Fact]
    public void A_single_image_tells_nothing() => Assert.Null(Of(1000, (10, 300)));

    [Fact]
    public void What_is_long_ago_does_not_count() => Assert.Null(Of(1000, (200, 300), (100, 300), (5, 300)));

    [Fact]
    public void Two_images_on_one_day_do_not_fill_the_disk_tomorrow() => Assert.Equal(new SpaceForecast(100, 10), Of(1000, (0, 350), (0, 350)));

    [Fact]
    public void Beyond_ten_years_there_is_no_day() => Assert.Equal(new SpaceForecast(10, null), Of(1_000_000, (80, 400), (70, 400)));

    [Fact]
    public void A_full_disk_is_full_today() => Assert.Equal(0, Of(0, (30, 300), (10, 300))!.DaysLeft);
}
