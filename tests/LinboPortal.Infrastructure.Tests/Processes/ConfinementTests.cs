using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Tests.Processes;

/// <summary>What programs can do that read files of strangers, and what children inherit.</summary>
public sealed class ConfinementTests : IDisposable
{
    private const string Secret = "LINBOPORTAL_TEST_Smtp__Password";
    private readonly string files = Directory.CreateTempSubdirectory("linboportal-confined-").FullName;

    public ConfinementTests() => Environment.SetEnvironmentVariable(Secret, "Kreidestaub");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Secret, null);
        Directory.Delete(files, recursive: true);
    }

    [Fact]
    public async Task Children_inherit_no_settings_however_they_are_started()
    {
        var run = await new ProgramRun("env", []).RunAsync(Ct);
        var once = await ProcessRun.RunAsync("env", [], Ct);
        using var child = await ProcessLauncher.StartAsync(new ProcessPlan("env", "env", []));
        var launched = await child.StandardOutput.ReadToEndAsync(Ct);
        await child.WaitForExitAsync(Ct);

        foreach (var variables in new[] { run.Output, once.Output, launched })
        {
            Assert.Contains("PATH=", variables, StringComparison.Ordinal);
            Assert.DoesNotContain("Kreidestaub", variables, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_looks_into_a_strangers_image_has_neither_rights_nor_a_network_nor_room()
    {
        Assert.SkipUnless(SystemUser.IsRoot, "needs root, which has something to give up");
        var program = Path.Combine(files, "qemu-img");
        await File.WriteAllTextAsync(program, """
            #!/bin/sh
            uid=; nnp=; cap=
            while read -r name value _; do case $name in Uid:) uid=$value;; NoNewPrivs:) nnp=$value;; CapEff:) cap=$value;; esac; done < /proc/self/status
            devices=$(grep -c : /proc/net/dev)
            wrote=no; (echo x > "$0.written") 2>/dev/null && wrote=yes
            echo "uid=$uid nnp=$nnp cap=$cap devices=$devices wrote=$wrote memory=$(ulimit -v) secret=${LINBOPORTAL_TEST_Smtp__Password-none}" >&2
            exit 1
            """, Ct);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(files, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var image = Path.Combine(files, "win.qcow2");
        await File.WriteAllTextAsync(image, "QFI", Ct);

        var (_, said) = await new QemuImg { Program = program }.InfoAsync(image, ImageFileKind.Qcow2, Ct);

        var nobody = SystemUser.Find("nobody")!.UserId;
        Assert.StartsWith($"uid={nobody} nnp=1 cap=0000000000000", said, StringComparison.Ordinal);
        Assert.Contains("devices=1 wrote=no memory=4194304 secret=none", said, StringComparison.Ordinal); // the loopback device alone
    }
}
