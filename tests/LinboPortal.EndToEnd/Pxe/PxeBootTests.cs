using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LinboPortal.EndToEnd.Browser;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>The main thing: real firmware, real GRUB, a real kernel, from power-on to LINBO, served by the portal alone.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class PxeBootTests(Chromium chromium, PxeLab lab) : IClassFixture<PxeLab>
{
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PCs_with_BIOS_and_UEFI_boot_to_LINBO_and_the_browser_shows_every_step()
    {
        Assert.SkipWhen(lab.ReasonAgainst is not null, lab.ReasonAgainst ?? "");
        var bios = await lab.SwitchOnAsync("pc01", "52:54:00:77:00:01", Firmware.Bios, Ct);
        var uefi = await lab.SwitchOnAsync("pc02", "52:54:00:77:00:02", Firmware.Uefi, Ct);
        await Task.WhenAll(ArrivesAsync(bios, "r101-pc01", isEfi: false), ArrivesAsync(uefi, "r101-pc02", isEfi: true));

        using var api = await PortalApi.SignInAsync(lab.Address, Ct);
        await ShowsTheWholeBootAsync(api, "r101-pc01", "bios", "boot/grub/i386-pc/core.0");
        await ShowsTheWholeBootAsync(api, "r101-pc02", "uefi", "boot/grub/x86_64-efi/core.efi");
        await ShowsInTheBrowserAsync();
    }

    [Fact]
    public async Task A_PC_that_nobody_knows_reaches_LINBO_and_waits_under_new_PCs()
    {
        Assert.SkipWhen(lab.ReasonAgainst is not null, lab.ReasonAgainst ?? "");
        var stranger = await lab.SwitchOnAsync("pc09", "52:54:00:77:00:09", Firmware.Bios, Ct);
        await stranger.SaysAsync("PXE: ready", Boot, Ct);

        using var api = await PortalApi.SignInAsync(lab.Address, Ct);
        await Programs.UntilAsync("the PC is among the new ones", Seen, async () =>
            (await api.GetTextAsync("api/v1/new-pcs", Ct)).Contains("52:54:00:77:00:09", StringComparison.Ordinal) ? "yes" : null, Ct);
    }

    private async Task ArrivesAsync(PxeClient pc, string name, bool isEfi)
    {
        var init = await pc.SaysAsync(@"PXE: init efi=(?<efi>yes|no) (?<options>[^\n]*)", Boot, Ct);
        Assert.Equal(isEfi ? "yes" : "no", init.Groups["efi"].Value);
        Assert.Contains("netboot", init.Groups["options"].Value, StringComparison.Ordinal);
        var dhcp = await pc.SaysAsync(@"PXE: dhcp ip=(?<ip>\S+) server=(?<server>\S+) host=(?<host>\S*) group=(?<group>\S*)", Seen, Ct);
        Assert.Equal((PxeNetwork.ServerAddress, name, "lab1"), (dhcp.Groups["server"].Value, dhcp.Groups["host"].Value, dhcp.Groups["group"].Value));
        var conf = await pc.SaysAsync(@"PXE: start\.conf (?<result>[^\n]*)", Seen, Ct);
#pragma warning disable CA5351 // a checksum, as the client prints it
        var expected = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(lab.StartConf)));
#pragma warning restore CA5351
        Assert.StartsWith($"md5={expected}", conf.Groups["result"].Value, StringComparison.Ordinal);
        await pc.SaysAsync("PXE: ssh ready", Seen, Ct);
    }

    private static async Task ShowsTheWholeBootAsync(PortalApi api, string host, string firmware, string bootFile)
    {
        await Programs.UntilAsync($"{host} is in state LINBO", Seen, async () =>
            (await api.GetAsync($"api/v1/hosts/{host}", Ct)).GetProperty("state").GetString()!.Equals("linbo", StringComparison.OrdinalIgnoreCase) ? "yes" : null, Ct);
        // What each server saw is written down by its own way, some of it a moment after the end of the boot.
        var steps = await Programs.UntilAsync($"the boot of {host} is complete", Seen, async () =>
        {
            var newest = (await api.GetAsync($"api/v1/hosts/{host}/boots", Ct)).GetProperty("items")[0];
            Assert.Equal(firmware, newest.GetProperty("firmware").GetString());
            var run = await api.GetAsync($"api/v1/hosts/{host}/boots/{newest.GetProperty("id").GetString()}", Ct);
            var seen = run.GetProperty("steps").EnumerateArray().ToList();
            return seen.Exists(s => Is(s, "ssh")) && seen.Exists(s => Is(s, "startConf")) ? seen : null;
        }, Ct);

        Assert.Contains(steps, s => Is(s, "dhcp"));
        Assert.Contains(steps, s => Is(s, "tftp", bootFile, "served"));
        Assert.Contains(steps, s => Is(s, "tftp", "boot/grub/grub.cfg", "served"));
        Assert.Contains(steps, s => Is(s, "tftp", $"boot/grub/hostcfg/{host}.cfg", "served"));
        Assert.Contains(steps, s => Is(s, "http", "linbo64", "served"));
        Assert.Contains(steps, s => Is(s, "http", "linbofs64", "served"));
        Assert.Contains(steps, s => Is(s, "startConf", "start.conf.lab1", "served"));
        Assert.Contains(steps, s => Is(s, "ssh"));
    }

    private static bool Is(JsonElement step, string kind, string? path = null, string? outcome = null)
    {
        return Has("kind", kind) && (path is null || Has("path", path)) && (outcome is null || Has("outcome", outcome));

        bool Has(string property, string value) => value.Equals(step.GetProperty(property).GetString(), StringComparison.OrdinalIgnoreCase);
    }

    private async Task ShowsInTheBrowserAsync()
    {
        var page = await chromium.OpenAsync(lab.Address);
        await SignIn.AsAdministratorAsync(page);
        await page.GotoAsync("/hosts/r101-pc02");
        await page.GetByText("start.conf.lab1").First.WaitForAsync();
        await page.GetByText("LINBO", new() { Exact = true }).First.WaitForAsync();
        await Pictures.TakeAsync(page, "host-boot-timeline");
    }
}
