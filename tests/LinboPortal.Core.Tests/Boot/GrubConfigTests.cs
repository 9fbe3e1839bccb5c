using System.Runtime.CompilerServices;
using LinboPortal.Core.Boot;
using LinboPortal.Core.StartConf;
using LinboPortal.Core.Tests.StartConf;

namespace LinboPortal.Core.Tests.Boot;

public sealed class GrubConfigTests
{
    private static readonly GrubServer Http = new(8080);

    private static StartConfDocument Sample(string text = Samples.WindowsAndLinux) => StartConfReader.Read(text);

    /// <summary>Compares with the file in Golden; where GOLDEN_UPDATE is set, writes it instead, to be read in the diff.</summary>
    private static void Golden(string name, string actual, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("GOLDEN_UPDATE") == "1")
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Fact]
    public void The_global_file_is_as_agreed() => Golden("grub.cfg", GrubConfig.RenderGlobal(Http));

    [Fact]
    public void The_global_file_without_HTTP_is_as_agreed() => Golden("grub-tftp.cfg", GrubConfig.RenderGlobal(GrubServer.TftpOnly));

    [Fact]
    public void A_group_file_is_as_agreed() => Golden("lab1.cfg", GrubConfig.RenderGroup("lab1", Sample(), Http));

    [Fact]
    public void A_group_without_cache_always_boots_from_the_network() =>
        Golden("nocache.cfg", GrubConfig.RenderGroup("nocache", Sample("[LINBO]\nGroup = nocache\nKernelOptions = console=ttyS0 quiet\n"), Http));

    [Fact]
    public void The_file_for_the_cache_is_as_agreed() => Golden("local.grub.cfg", GrubConfig.RenderLocal(Sample()));

    [Fact]
    public void A_live_system_boots_from_its_ISO_file()
    {
        var text = Samples.With("BaseImage = ubuntu.qcow2", "BaseImage = live.iso");
        var config = GrubConfig.RenderGroup("lab1", Sample(text), Http);
        Assert.Contains("loopback loop /live.iso\n", config, StringComparison.Ordinal);
        Assert.Contains("linux (loop)/boot/vmlinuz quiet splash noprompt noeject findiso=live.iso iso-scan/filename=/live.iso ro splash\n", config, StringComparison.Ordinal);
        Assert.DoesNotContain("'Ubuntu (Sync+Start)'", config, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_initramfs_boots_without_one()
    {
        var text = Samples.With("Kernel = auto", "Kernel = boot/memtest86+.bin");
        var config = GrubConfig.RenderGroup("lab1", Sample(text), Http);
        Assert.Contains("  if [ -e /boot/memtest86+.bin ]; then\n    linux /boot/memtest86+.bin root=LABEL=windows\n    boot\n  elif", config, StringComparison.Ordinal);
        Assert.DoesNotContain("initrd /\n", config, StringComparison.Ordinal);
        Assert.DoesNotContain("initrd ''", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("Auto")]
    [InlineData("")]
    [InlineData("reboot")]
    [InlineData("grub.exe")]
    public void What_is_no_kernel_is_not_loaded_as_one(string kernel)
    {
        var config = GrubConfig.RenderGroup("lab1", Sample(Samples.With("Kernel = auto", "Kernel = " + kernel)), Http);
        Assert.DoesNotContain($"linux /{(kernel.Length > 0 ? kernel : "'")} ", config, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("chainloader +1", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kernel = casper/vmlinuz", "Initrd =", "  linux (loop)/casper/vmlinuz quiet splash noprompt noeject findiso=live.iso iso-scan/filename=/live.iso ro splash\n  boot\n")]
    [InlineData("Kernel = auto", "Initrd =", "  set iso_path=/live.iso\n  export iso_path\n  set root=(loop)\n  configfile /boot/grub/grub.cfg\n  boot\n")]
    public void A_live_system_boots_without_initramfs_or_by_its_own_menu(string kernel, string initrd, string expected)
    {
        var text = Samples.With("BaseImage = ubuntu.qcow2", "BaseImage = live.iso").Replace("Kernel = boot/vmlinuz", kernel, StringComparison.Ordinal)
            .Replace("Initrd = boot/initrd.img", initrd, StringComparison.Ordinal);
        Assert.Contains("  loopback loop /live.iso\n" + expected, GrubConfig.RenderGroup("lab1", Sample(text), Http), StringComparison.Ordinal);
    }

    [Fact]
    public void What_LINBO_names_for_after_a_reboot_may_be_a_kernel_alone()
    {
        foreach (var config in new[] { GrubConfig.RenderGlobal(Http), GrubConfig.RenderLocal(Sample()) })
            Assert.Matches("""\[ -n "\$reboot_kernel" -a -z "\$reboot_initrd" -a -e "\$reboot_kernel" \]; then\n +linux "\$reboot_kernel" \$reboot_append\n +boot\n""", config);
    }

    [Fact]
    public void A_group_file_carries_the_marker_that_lets_it_be_written_again()
    {
        Assert.True(GrubConfig.IsManaged(GrubConfig.RenderGroup("lab1", Sample(), Http)));
        Assert.True(GrubConfig.IsManaged(GrubConfig.RenderGroup("lab1", Sample(""), Http)));
        Assert.False(GrubConfig.IsManaged("menuentry 'mine' { }\n"));
    }

    [Fact]
    public void HTTP_is_tried_first_and_TFTP_is_the_fallback()
    {
        var config = GrubConfig.RenderGlobal(new GrubServer(8088));
        var http = config.IndexOf("linux \"(http,$net_default_server:8088)/linbo/linbo64\"", StringComparison.Ordinal);
        var tftp = config.IndexOf("linux /linbo64", StringComparison.Ordinal);
        Assert.InRange(http, 0, tftp);
        Assert.DoesNotContain("http,", GrubConfig.RenderGlobal(GrubServer.TftpOnly), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x'; reboot #")]
    [InlineData("x\" $(y) {")]
    [InlineData("$prefix ${root} } menuentry")]
    public void Hostile_names_stay_words(string name)
    {
        var config = GrubConfig.RenderGroup("lab1", Sample(Samples.With("Name = Windows 11", "Name = " + name)), Http);
        var title = name.Split("# ")[0].TrimEnd();
        Assert.Contains($"menuentry '{title.Replace("'", @"'\''", StringComparison.Ordinal)} (Start)'", config, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_kernel_parameters_stay_words()
    {
        var config = GrubConfig.RenderGroup("lab1", Sample(Samples.With("KernelOptions = quiet splash", "KernelOptions = quiet; reboot } a=$x")), Http);
        Assert.Contains("linux /linbo64 'quiet;' reboot '}' 'a=$x' netboot $1", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Windows 10", "win10")]
    [InlineData("Windows 11 Pro", "win")]
    [InlineData("Linux Mint 22", "linuxmint")]
    [InlineData("Kubuntu 24.04", "kubuntu")]
    [InlineData("Lubuntu", "lubuntu")]
    [InlineData("Ubuntu 26.04", "ubuntu")]
    [InlineData("openSUSE Leap", "opensuse")]
    [InlineData("Debian 13", "debian")]
    [InlineData("Schul-Linux", "linux")]
    [InlineData("ReactOS", "unknown")]
    public void The_name_chooses_the_icon(string name, string type) =>
        Assert.Contains($"--class {type}_start", GrubConfig.RenderGroup("lab1", Sample(Samples.With("Name = Windows 11", "Name = " + name)), Http), StringComparison.Ordinal);

    [Fact]
    public void Root_in_Append_is_left_alone()
    {
        var config = GrubConfig.RenderGroup("lab1", Sample(Samples.With("Append = ro splash", "Append = ro root=UUID=1")), Http);
        Assert.DoesNotContain("root=LABEL=ubuntu", config, StringComparison.Ordinal);
        Assert.Contains("linux /boot/vmlinuz ro root=UUID=1\n", config, StringComparison.Ordinal);
    }
}
