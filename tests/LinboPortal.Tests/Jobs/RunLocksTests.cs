using LinboPortal.Core.Jobs;
using LinboPortal.Jobs.Running;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Jobs;

/// <summary>Batches of progress, heartbeats and wishes to end change the same rows at the same time.</summary>
public sealed class RunLocksTests(TestDatabase database) : RunnerRig(database)
{
    private const int Pcs300 = 300;
    private const int Rounds = 25;
    private readonly TestDatabase database = database;

    [Fact]
    public async Task Nobody_waits_for_ever_for_whoever_waits_for_him()
    {
        var identity = new PortalIdentity(Home);
        var leases = new RunLeases(Databases, identity, Cancellations, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);
        var job = await CreatedAsync("host:lab-pc1", "sync:1");
        var runs = Enumerable.Range(1, Pcs300).Select(i => new HostRun { JobId = job.Id, Host = $"pc{i}", RoomId = Guid.Empty, Position = i, State = RunState.Running, LeaseOwner = identity.Owner }).ToList();
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            db.AddRange(runs);
            await db.SaveChangesAsync(Ct);
        }

        foreach (var run in runs)
            Cancellations.Add(run.Id);

        await Task.WhenAll([.. Enumerable.Range(0, 4).Select(WriteAsync), KeepAsync(), KeepAsync()]);
        Assert.Equal(RunState.Running, (await RunsAsync(job.Id)).Last().State);

        async Task WriteAsync(int seed)
        {
            var random = new Random(seed);
            for (var round = 0; round < Rounds; round++)
            {
                var copies = runs.Select(r => new SheetCopy(null!, r.Copy(), [], MustTrim: false, null)).ToArray();
                random.Shuffle(copies);
                Assert.Equal(Pcs300, (await RunStatements.WriteAsync(database.Source, [.. copies], identity.Owner, 8192, Ct)).Count);
            }
        }

        async Task KeepAsync()
        {
            for (var round = 0; round < Rounds; round++)
                await leases.KeepAsync(Ct);
        }
    }
}
