namespace LinboPortal.EndToEnd.Pxe;

/// <summary>The main thing: real firmware, real GRUB, a real kernel, from power-on to LINBO, served by the portal alone.</summary>
[Collection(PxeLab.Name)]
public sealed class PxeBootTests(PxeLab lab)
{
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PCs_with_BIOS_and_UEFI_boot_to_LINBO_and_the_browser_shows_every_step()
    {
        Assert.SkipWhen(lab.ReasonAgainst is not null, lab.ReasonAgainst ?? "");
        await lab.BothInLinboAsync();
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
}
