using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LinboPortal.EndToEnd.Browser;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>The first boot of both PCs, from power-on to LINBO, with all that is to be seen of it. It takes a minute, so tests share it.</summary>
internal static class FirstBoot
{
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(60);

    public static async Task<PxePair> RunAsync(PxeLab lab, Chromium chromium, CancellationToken ct)
    {
        var bios = await lab.SwitchOnAsync("pc01", "52:54:00:77:00:01", Firmware.Bios, ct);
        var uefi = await lab.SwitchOnAsync("pc02", "52:54:00:77:00:02", Firmware.Uefi, ct);
        await Task.WhenAll(ArrivesAsync(lab, bios, "r101-pc01", isEfi: false, ct), ArrivesAsync(lab, uefi, "r101-pc02", isEfi: true, ct));

        using var api = await PortalApi.SignInAsync(lab.Address, ct);
        await ShowsTheWholeBootAsync(api, "r101-pc01", "bios", "boot/grub/i386-pc/core.0", ct);
        await ShowsTheWholeBootAsync(api, "r101-pc02", "uefi", "boot/grub/x86_64-efi/core.efi", ct);
        await ShowsInTheBrowserAsync(lab, chromium);
        return new PxePair(bios, uefi);
    }

    private static async Task ArrivesAsync(PxeLab lab, PxeClient pc, string name, bool isEfi, CancellationToken ct)
    {
        var init = await pc.SaysAsync(@"PXE: init efi=(?<efi>yes|no) (?<options>[^\n]*)", Boot, ct);
        Assert.Equal(isEfi ? "yes" : "no", init.Groups["efi"].Value);
        Assert.Contains("netboot", init.Groups["options"].Value, StringComparison.Ordinal);
        var dhcp = await pc.SaysAsync(@"PXE: dhcp ip=(?<ip>\S+) server=(?<server>\S+) host=(?<host>\S*) group=(?<group>\S*)", Seen, ct);
        Assert.Equal((PxeNetwork.ServerAddress, name, "lab1"), (dhcp.Groups["server"].Value, dhcp.Groups["host"].Value, dhcp.Groups["group"].Value));
        var conf = await pc.SaysAsync(@"PXE: start\.conf (?<result>[^\n]*)", Seen, ct);
#pragma warning disable CA5351 // a checksum, as the client prints it
        var expected = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(lab.StartConf)));
#pragma warning restore CA5351
        Assert.StartsWith($"md5={expected}", conf.Groups["result"].Value, StringComparison.Ordinal);
        await pc.SaysAsync("PXE: ssh ready", Seen, ct);
    }

    private static async Task ShowsTheWholeBootAsync(PortalApi api, string host, string firmware, string bootFile, CancellationToken ct)
    {
        await Programs.UntilAsync($"{host} is in state LINBO", Seen, async () =>
            (await api.GetAsync($"api/v1/hosts/{host}", ct)).GetProperty("state").GetString()!.Equals("linbo", StringComparison.OrdinalIgnoreCase) ? "yes" : null, ct);
        // What each server saw is written down by its own way, some of it a moment after the end of the boot.
        var steps = await Programs.UntilAsync($"the boot of {host} is complete", Seen, async () =>
        {
            var newest = (await api.GetAsync($"api/v1/hosts/{host}/boots", ct)).GetProperty("items")[0];
            Assert.Equal(firmware, newest.GetProperty("firmware").GetString());
            var run = await api.GetAsync($"api/v1/hosts/{host}/boots/{newest.GetProperty("id").GetString()}", ct);
            var seen = run.GetProperty("steps").EnumerateArray().ToList();
            return seen.Exists(s => Is(s, "ssh")) && seen.Exists(s => Is(s, "startConf")) ? seen : null;
        }, ct);

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

    private static async Task ShowsInTheBrowserAsync(PxeLab lab, Chromium chromium)
    {
        var page = await chromium.OpenAsync(lab.Address);
        await SignIn.AsAdministratorAsync(page);
        await page.GotoAsync("/hosts/r101-pc02");
        await page.GetByText("start.conf.lab1").First.WaitForAsync();
        await page.GetByText("LINBO", new() { Exact = true }).First.WaitForAsync();
        await Pictures.TakeAsync(page, "host-boot-timeline");
    }
}

/// <summary>Both PCs in LINBO.</summary>
internal sealed record PxePair(PxeClient Bios, PxeClient Uefi);
