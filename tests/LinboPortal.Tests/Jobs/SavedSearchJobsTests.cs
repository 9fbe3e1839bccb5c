using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

/// <summary>Commands for what a saved search finds.</summary>
public sealed class SavedSearchJobsTests(TestDatabase database) : JobUseCases(database)
{
    private SavedSearches Searches => new(Databases, Time);

    public override async ValueTask DisposeAsync()
    {
        await using (var db = await Databases.CreateDbContextAsync(CancellationToken.None))
            await db.SavedSearches.ExecuteDeleteAsync(CancellationToken.None);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_job_is_for_the_PCs_that_the_search_finds_when_it_is_made()
    {
        await SavedAsync(Admin, "Back", "hinten");
        var first = await CreatedAsync("saved:back", "reboot");
        Assert.Equal(["lab-pc2"], (await RunsAsync(first.Id)).Select(r => r.Host));

        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "lab-pc1").ExecuteUpdateAsync(set => set.SetProperty(h => h.Comment, "hinten rechts"), Ct);

        var second = await CreatedAsync("saved:Back", "reboot");
        Assert.Equal(["lab-pc1", "lab-pc2"], (await RunsAsync(second.Id)).Select(r => r.Host));
        var again = Assert.IsType<JobOutcome.Created>(await Changes.DuplicateAsync(Admin, $"{first.Number}", new JobConsent(false, BusyRule.After), Ct));
        Assert.Equal(2, again.Hosts);
        await using var look = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal("saved:Back", await look.Jobs.Where(j => j.Id == second.Id).Select(j => j.Target).SingleAsync(Ct));
    }

    [Fact]
    public async Task A_shared_search_finds_only_what_the_person_sees_and_an_own_one_goes_first()
    {
        await SavedAsync(Teacher, "PCs", "pc10");
        await SavedAsync(Admin, "PCs", "pc1", isShared: true);
        await SavedAsync(Admin, "All PCs", "pc", isShared: true);
        Assert.Equal(["lab-pc1", "lab-pc2", "lab-pc10"], await FoundAsync(Teacher, "saved:All PCs"));
        Assert.Equal(["lab-pc10"], await FoundAsync(Teacher, "saved:PCs"));
        Assert.Equal(["attic-pc1", "lab-pc1", "lab-pc10"], await FoundAsync(Admin, "saved:PCs"));
    }

    [Fact]
    public async Task A_name_that_is_unknown_or_anothers_is_said_with_its_field()
    {
        await SavedAsync(Admin, "mine", "pc");
        foreach (var (person, name) in new[] { (Teacher, "mine"), (Admin, "nobody's") })
        {
            var refused = Assert.IsType<JobOutcome.Refused>(await Dispatcher.DispatchAsync(person, new JobRequest { Target = $"saved:{name}", Commands = "reboot" }, Ct));
            var issue = Assert.Single(refused.Issues);
            Assert.Equal((JobField.Target, JobProblem.UnknownSearch, name), (issue.Field, issue.Problem, issue.Value));
        }
    }

    [Fact]
    public async Task What_is_for_one_named_PC_is_not_for_a_search_that_finds_one()
    {
        await SavedAsync(Admin, "one", "pc10");
        var refused = Assert.IsType<JobOutcome.Refused>(await Dispatcher.DispatchAsync(Admin, new JobRequest { Target = "saved:one", Commands = "create_image:1:\"x\"", Confirmed = true }, Ct));
        Assert.Contains(refused.Issues, i => i.Problem == JobProblem.OnePcOnly);
    }

    [Theory]
    [InlineData("saved:Bob's PCs", "", @"LinboPortal remote --saved 'Bob'\''s PCs'")]
    [InlineData("saved:Labs", "gym", "LinboPortal remote -s gym --saved 'Labs'")]
    [InlineData("search:room=r101&state=off", "", "LinboPortal remote --search 'state=off&room=r101'")]
    [InlineData("all", "", "LinboPortal remote --all")]
    [InlineData("school:gym", "", "LinboPortal remote -s gym --all")]
    public void The_line_that_is_shown_can_be_typed(string target, string school, string line) => Assert.Equal(line, RemoteLine.Target(target, school));

    private async Task SavedAsync(Person person, string name, string query, bool isShared = false) =>
        Assert.IsType<SearchSaved.Done>(await Searches.SaveAsync(person, name, query, isShared, Ct));

    private async Task<IReadOnlyList<string>> FoundAsync(Person person, string target) =>
        (await new CommandTargets(Databases).ReadAsync(person, target, "", Ct)).Names;
}
