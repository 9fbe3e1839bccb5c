using System.Net.Http.Json;
using LinboPortal.Cli;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Cli;

public sealed class RemoteLineTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("remote -a")]
    [InlineData("remote -x pc1")]
    [InlineData("remote pc1")]
    [InlineData("remote -i pc1 -c sync:1 --dry-run")]
    [InlineData("remote -i pc1 -c sync:1 -w soon")]
    [InlineData("remote -i pc1 -c sync:1 -p halt")]
    [InlineData("remote -i pc1 -r lab -c sync:1")]
    [InlineData("remote -i pc1")]
    [InlineData("remote -l -a pc1")]
    [InlineData("remote")]
    [InlineData("doctor -v")]
    [InlineData("doctor quickly")]
    [InlineData("doctor --dry-run")]
    [InlineData("token create")]
    [InlineData("token create anna --forever")]
    [InlineData("token make anna")]
    [InlineData("token")]
    [InlineData("import")]
    [InlineData("import /tmp --dry-run")]
    [InlineData("ssh")]
    [InlineData("frobnicate")]
    [InlineData("-x")]
    public async Task What_is_not_understood_ends_with_2_whatever_the_command(string line)
    {
        var words = line.Split(' ');
        Assert.True(PortalCommands.AreMeantBy(words));
        Assert.Equal(2, await PortalCommands.RunAsync(words));
    }

    [Theory]
    [InlineData("remote --help")]
    [InlineData("-h")]
    [InlineData("--version")]
    [InlineData("token create --help")]
    public async Task Help_is_no_mistake(string line) => Assert.Equal(0, await PortalCommands.RunAsync(line.Split(' ')));

    [Theory]
    [InlineData("--Urls=http://0.0.0.0:8080")]
    [InlineData("--Portal:DataDirectory=/srv")]
    [InlineData("Portal:DataDirectory=/srv")]
    public void Settings_alone_start_the_portal(string setting) => Assert.False(PortalCommands.AreMeantBy([setting]));

    [Fact]
    public async Task Attach_shows_the_job_that_runs_on_a_PC_or_says_where_to_look()
    {
        var client = await portal.CreateClientFor(Role.Administrator);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            var room = new Room { School = Host.DefaultSchool, Name = "attach" };
            var group = new HostGroup { School = Host.DefaultSchool, Name = "attach" };
            db.AddRange(room, group, new Host { School = Host.DefaultSchool, Name = "attach-pc1", RoomId = room.Id, GroupId = group.Id });
            await db.SaveChangesAsync(Ct);
        }

        using var call = new RemoteCall(client.BaseAddress!, client.DefaultRequestHeaders.Authorization!.Parameter!, portal.Server.CreateHandler());
        Assert.Equal(1, await call.AttachAsync("attach-pc1", Ct)); // no job is known
        (await client.PostAsJsonAsync("/api/v1/jobs", new { target = "attach-pc1", commands = "label" }, Ct)).EnsureSuccessStatusCode();
        var attached = call.AttachAsync("attach-pc1", Ct);
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            var run = await db.HostRuns.AsTracking().SingleAsync(r => r.Host == "attach-pc1", Ct);
            db.Add(new RunOutput { RunId = run.Id, Command = 1, Offset = 0, Text = "Writing labels\n", At = TimeProvider.System.GetUtcNow() });
            (run.State, run.Command, run.EndedAt) = (RunState.Done, 1, TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync(Ct);
        }

        Assert.InRange(await attached, 0, 1); // where the job ended before it was asked for, it says so
        Assert.Equal(1, await call.AttachAsync("attach-pc1", Ct)); // it has ended
        Assert.Equal(1, await call.AttachAsync("nobody", Ct));
    }
}
