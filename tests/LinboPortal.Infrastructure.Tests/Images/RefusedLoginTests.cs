using System.Net;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>LINBO tells the person at the PC that the upload went well, whatever rsync said.</summary>
public sealed class RefusedLoginTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_is_said_once_with_PC_and_image_until_an_upload_is_let_in()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await rig.AddHostAsync("pw1", "127.0.7.1");
        var log = new FakeLogger<RefusedLoginService>();
        var rows = new ImageUploads(database.Databases, new AskingHosts(database.Databases, TimeProvider.System), rig.Images.Events, TimeProvider.System);
        using var service = new RefusedLoginService(rig.Log, rows, log);
        await service.StartAsync(Ct);
        var logins = new RefusedLogins(database.Databases, TimeProvider.System);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(logins)).Status);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            var host = await db.Hosts.SingleAsync(h => h.Name == "pw1", Ct);
            db.HostImages.Add(new HostImage { HostId = host.Id, Image = "pw.qcow2", Action = HostImageAction.Created, At = TimeProvider.System.GetUtcNow().AddMinutes(-5), Timestamp = "202601010000" });
            await db.SaveChangesAsync(Ct);
        }

        var pc = new UploadingPc(rig, "127.0.7.1");
        pc.Make("pw.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        foreach (var file in new[] { "pw.qcow2", "pw.qcow2.info" })
            Assert.Equal(5, (await RsyncRig.RunAsync(pc.Arguments(file, $"images/pw/{file}"), "another")).ExitCode);

        await rig.Until(async () => (await logins.ReadAsync(Ct)).Count == 1, "the refused login is known");
        var refused = (await logins.ReadAsync(Ct)).Single();
        Assert.Equal(("pw1", "127.0.7.1", "pw"), (refused.Host, refused.Address, refused.Image));
        var health = await HealthAsync(logins);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("refused: pw1.", health.Description, StringComparison.Ordinal);
        // Nothing of the password, and no line for each file.
        await rig.Until(
            async () =>
            {
                await using var db = await database.Databases.CreateDbContextAsync(Ct);
                return await db.ImageUploads.AnyAsync(u => u.Problem == ImageProblem.WrongPassword && u.EndedAt > u.StartedAt, Ct);
            },
            "the second try is known");
        var said = Assert.Single(log.Collector.GetSnapshot(), r => r.Level == LogLevel.Warning).Message;
        Assert.StartsWith("pw1 gave a wrong password", said, StringComparison.Ordinal);
        Assert.DoesNotContain("another\"", said, StringComparison.Ordinal);

        Assert.All(await pc.UploadAsync("pw.qcow2"), r => Assert.Equal(0, r.ExitCode));
        await rig.Until(async () => (await logins.ReadAsync(Ct)).Count == 0, "the PC is let in");
        await service.StopAsync(Ct);
    }

    [Theory]
    [InlineData("2026/11/30 23:37:14 [23588] auth failed on module linbo-upload from UNDETERMINED (127.0.0.1) for linbo: password mismatch", "127.0.0.1")]
    [InlineData("2026/11/30 23:37:14 [1] auth failed on module linbo-upload from UNDETERMINED (::ffff:10.0.0.5): missing auth response", "10.0.0.5")]
    [InlineData("2026/11/30 23:37:14 [1] auth failed on module linbo-upload from pc5.school.lan (10.0.0.5) for x (10.9.9.9) for linbo: no matching rule", "10.0.0.5")]
    [InlineData("2026/11/30 23:37:14 [1] auth failed on module other from UNDETERMINED (10.0.0.5) for linbo: password mismatch", null)]
    [InlineData("2026/11/30 23:37:14 [1] rsync to linbo-upload/auth failed on module linbo-upload from x (10.0.0.5) from UNDETERMINED (10.0.0.6)", null)]
    public void The_daemons_line_is_read_and_not_what_a_client_wrote_into_it(string line, string? client)
    {
        IPAddress? told = null;
        var log = new RsyncLog(TimeProvider.System) { LoginRefused = (address, _) => told = address };
        Assert.Equal(client is not null, log.Take(line));
        Assert.Equal(client, told?.ToString());
    }

    private static Task<HealthCheckResult> HealthAsync(RefusedLogins logins) => new UploadsHealth(logins).CheckHealthAsync(new HealthCheckContext(), Ct);
}
