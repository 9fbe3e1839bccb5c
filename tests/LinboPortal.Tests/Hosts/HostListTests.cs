using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Hosts;

public sealed class HostListTests(TestDatabase database) : HostUseCases(database), IAsyncLifetime
{
    private Guid room;

    public async ValueTask InitializeAsync()
    {
        if (await List.FindAsync(Admin, "r101-pc01", Ct) is { } there)
        {
            room = there.RoomId;
            return;
        }

        room = (await AddedAsync(Form("r101-pc01", "52:54:00:aa:bb:01", "10.16.101.1") with { Comment = "am Fenster 100%" })).RoomId;
        await AddedAsync(Form("r101-pc02", "52:54:00:aa:bb:02", "10.16.101.2") with { OtherMacs = "02:00:00:00:00:99" });
        var booting = await AddedAsync(Form("r102-pc01", "52:54:00:aa:cc:01", "DHCP", "r102", "lab_2"));
        await AddedAsync(Form("printer", "52:54:00:aa:cc:02", "10.16.1.32", "r102", "nopxe"));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        db.HostStatuses.Add(new HostStatus
        {
            HostId = booting.Id,
            State = HostState.Booting,
            Since = Time.GetUtcNow(),
            SeenAt = Time.GetUtcNow(),
            Address = System.Net.IPAddress.Parse("10.9.9.9"),
        });
        await db.SaveChangesAsync(Ct);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("R101", "r101-pc01 r101-pc02")]
    [InlineData("pc01 r102", "r102-pc01")]
    [InlineData("52-54-00-AA-BB", "r101-pc01 r101-pc02")]
    [InlineData("525400aacc02", "printer")]
    [InlineData("00:00:99", "r101-pc02")]
    [InlineData("10.16.101.", "r101-pc01 r101-pc02")]
    [InlineData("9.9", "r102-pc01")]
    [InlineData("/32", "")]
    [InlineData("32", "printer")]
    [InlineData("lab_2", "r102-pc01")]
    [InlineData("lab%2", "")]
    [InlineData("fenster", "r101-pc01")]
    [InlineData("0%", "r101-pc01")]
    [InlineData("\\", "")]
    [InlineData("'; drop table hosts --", "")]
    public async Task Words_are_searched_in_all_that_people_know(string search, string expected) =>
        Assert.Equal(expected, await NamesAsync(new HostQuery { Search = search }));

    [Fact]
    public async Task Filters_narrow_and_can_be_combined()
    {
        Assert.Equal("printer r102-pc01", await NamesAsync(new HostQuery { Room = "R102" }));
        Assert.Equal("printer", await NamesAsync(new HostQuery { Group = "nopxe" }));
        Assert.Equal("r102-pc01", await NamesAsync(new HostQuery { Group = "lab_2", State = HostState.Booting }));
        Assert.Equal("", await NamesAsync(new HostQuery { School = "gym" }));
        Assert.Equal("r101-pc01 r101-pc02", await NamesAsync(new HostQuery { State = HostState.Unknown }));
        Assert.Equal("printer", await NamesAsync(new HostQuery { State = HostState.Device }));
    }

    [Theory]
    [InlineData(nameof(HostSort.Name), true, "r102-pc01 r101-pc02 r101-pc01 printer")]
    [InlineData(nameof(HostSort.Address), false, "printer r101-pc01 r101-pc02 r102-pc01")]
    [InlineData(nameof(HostSort.Seen), true, "r102-pc01 printer r101-pc01 r101-pc02")]
    [InlineData(nameof(HostSort.Room), true, "printer r102-pc01 r101-pc01 r101-pc02")]
    [InlineData(nameof(HostSort.Group), false, "r101-pc01 r101-pc02 r102-pc01 printer")]
    public async Task Lists_are_sorted(string sort, bool descending, string expected) =>
        Assert.Equal(expected, await NamesAsync(new HostQuery { Sort = Enum.Parse<HostSort>(sort), Descending = descending }));

    [Fact]
    public async Task Pages_are_cut_and_the_last_one_stands_for_those_behind_it()
    {
        var page = await List.ReadAsync(Admin, new HostQuery { PageSize = 3, Page = 9 }, Ct);
        Assert.Equal((4, 2, "r102-pc01"), (page.Total, page.Page, Assert.Single(page.Items).Name));
    }

    [Fact]
    public async Task Counts_ignore_the_state_that_is_chosen()
    {
        var counts = await List.CountAsync(Admin, new HostQuery { Room = "r102", State = HostState.Off }, Ct);
        Assert.Equal((1, 1, 1), (counts.Total, counts.On, counts.Devices)); // a printer is no PC
    }

    [Fact]
    public async Task A_teacher_sees_only_the_own_rooms()
    {
        var teacher = Teacher(room);
        var page = await List.ReadAsync(teacher, new HostQuery(), Ct);
        Assert.Equal(["r101-pc01", "r101-pc02"], page.Items.Select(h => h.Name));
        Assert.Null(await List.FindAsync(teacher, "printer", Ct));
        Assert.Equal(["r101"], (await new RoomList(Databases).ReadAsync(teacher, Ct)).Select(r => r.Name));
        Assert.Equal(["lab1"], (await new RoomList(Databases).NamesAsync(teacher, Ct)).Groups);
    }

    [Fact]
    public async Task The_address_last_seen_stands_for_one_that_is_not_fixed()
    {
        var row = Assert.Single((await List.ReadAsync(Admin, new HostQuery { Search = "r102-pc01" }, Ct)).Items);
        Assert.Equal(("10.9.9.9", false, "52:54:00:aa:cc:01"), (row.Address?.ToString(), row.IsFixed, row.Mac?.ToString()));
    }

    private async Task<string> NamesAsync(HostQuery query) =>
        string.Join(' ', (await List.ReadAsync(Admin, query, Ct)).Items.Select(h => h.Name));
}
