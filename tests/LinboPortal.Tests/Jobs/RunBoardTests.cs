using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;

namespace LinboPortal.Tests.Jobs;

public sealed class RunBoardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
    private readonly RunBoard board = new();

    [Fact]
    public void What_failed_comes_first_and_what_is_done_last()
    {
        board.Load([Tile("pc1", RunState.Done), Tile("pc2", RunState.Waiting), Tile("pc3", RunState.Running), Tile("pc4", RunState.Failed), Tile("pc5", RunState.Skipped)]);

        Assert.Equal(["pc4", "pc3", "pc2", "pc5", "pc1"], board.Runs.Select(r => r.Host));
        Assert.Equal(new JobCounts(1, 1, 1, 1, 0, 1), board.Counts);
    }

    [Fact]
    public void An_event_moves_its_PC_and_no_other()
    {
        var (first, second) = (Tile("pc1", RunState.Waiting), Tile("pc2", RunState.Waiting));
        board.Load([first, second]);

        board.Apply([Told(second, RunState.Running, 43.7), Told(Tile("stranger", RunState.Waiting), RunState.Failed, null)], Now);

        Assert.Equal(["pc2", "pc1"], board.Runs.Select(r => r.Host));
        Assert.Equal((43, Now), (board.Runs[0].Percent, board.Runs[0].StartedAt));
        Assert.Equal(2, board.Counts.Total);
    }

    [Fact]
    public void What_has_ended_stays_whatever_comes_late()
    {
        var run = Tile("pc1", RunState.Failed);
        board.Load([run]);

        board.Apply([Told(run, RunState.Running, 10)], Now);

        Assert.Equal(RunState.Failed, board.Runs[0].State);
        Assert.True(board.HasEnded);
    }

    [Fact]
    public void The_rest_is_told_by_those_who_are_done()
    {
        board.Load(
        [
            Tile("pc1", RunState.Done) with { StartedAt = Now.AddSeconds(-100), EndedAt = Now.AddSeconds(-40) },
            Tile("pc2", RunState.Running) with { StartedAt = Now.AddSeconds(-20) },
            Tile("pc3", RunState.Waiting),
        ]);

        // One minute each: forty seconds of the second PC, then the third.
        Assert.Equal(TimeSpan.FromSeconds(100), board.Left(Now));
    }

    [Fact]
    public void Nothing_is_said_of_the_rest_while_nothing_is_known()
    {
        board.Load([Tile("pc1", RunState.Running) with { StartedAt = Now }, Tile("pc2", RunState.Waiting)]);
        Assert.Null(board.Left(Now));
    }

    [Fact]
    public void What_went_wrong_is_gathered_by_reason_the_most_frequent_first()
    {
        board.Load(
        [
            Tile("pc1", RunState.Failed) with { Reason = RunReason.ConnectionLost }, Tile("pc2", RunState.Skipped) with { Reason = RunReason.NotLinbo },
            Tile("pc3", RunState.Failed) with { Reason = RunReason.CommandFailed }, Tile("pc4", RunState.Failed) with { Reason = RunReason.CommandFailed },
            Tile("pc5", RunState.Skipped) with { Reason = RunReason.WaveFailed },
        ]);

        Assert.Equal([RunReason.CommandFailed, RunReason.ConnectionLost, RunReason.NotLinbo, RunReason.WaveFailed], board.Problems.Select(p => p.Reason));
        Assert.Equal(4, board.Retriable);
    }

    [Fact]
    public void The_timeline_begins_with_the_first_PC_and_shows_waves_one_below_the_other()
    {
        var plan = TimelinePlan.Of(
        [
            Tile("pc1", RunState.Done) with { StartedAt = Now, EndedAt = Now.AddSeconds(50) },
            Tile("pc2", RunState.Running) with { Wave = 1, StartedAt = Now.AddSeconds(50) },
            Tile("pc3", RunState.Waiting) with { Wave = 1 },
        ], Now.AddSeconds(100))!;

        Assert.Equal([0, 1], plan.Waves.Select(w => w.Wave));
        Assert.Equal((0, 50), (plan.Waves[0].Bars[0].Left, plan.Waves[0].Bars[0].Width));
        Assert.Equal((50, 50), (plan.Waves[1].Bars[0].Left, plan.Waves[1].Bars[0].Width));
        Assert.Null(TimelinePlan.Of([Tile("pc3", RunState.Waiting)], Now));
    }

    private static RunTile Tile(string host, RunState state) => new(Guid.CreateVersion7(), Guid.CreateVersion7(), host, host[^1], 0, state);

    private static PortalEvent.HostProgressed Told(RunTile run, RunState state, double? percent) =>
        new(Guid.Empty, run.Id, run.HostId, run.Host, Guid.Empty, state, 1, 2, "sync:1", percent, null, null, "", null);
}
