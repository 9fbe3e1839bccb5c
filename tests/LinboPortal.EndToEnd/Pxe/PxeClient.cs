using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>What a PC starts with.</summary>
internal enum Firmware
{
    Bios,
    Uefi,
}

/// <summary>A PC with an empty disk that starts from the network: QEMU with the firmware's own PXE.</summary>
internal sealed partial class PxeClient : IAsyncDisposable
{
    private const long DiskSize = 1024 * 1024 * 1024;

    private readonly Process process;
    private readonly string serial;
    private readonly List<string> complaints = [];

    private PxeClient(string directory, IEnumerable<string> command)
    {
        serial = Path.Combine(directory, "serial.log");
        process = Programs.Start("ip", command, complaints.Add);
    }

    /// <summary>What the PC has said on its serial console.</summary>
    public string Console => File.Exists(serial) ? Escapes().Replace(ReadShared(serial), "") : "";

    public static async Task<PxeClient> StartAsync(PxeNetwork network, string directory, string name, string mac, Firmware firmware, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        await network.AddPortAsync(name, ct);
        var disk = Path.Combine(directory, "disk.raw");
        await using (var file = File.Create(disk))
            file.SetLength(DiskSize); // only what is written takes space
        List<string> command =
        [
            "netns", "exec", network.Switch, "qemu-system-x86_64", "-name", name, "-nodefaults", "-display", "none",
            "-machine", firmware is Firmware.Uefi ? "q35,smm=off" : "q35", "-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max", "-m", "1024",
            "-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng",
            "-serial", $"file:{Path.Combine(directory, "serial.log")}",
            "-netdev", $"tap,id=net,ifname={name},script=no,downscript=no",
            // UEFI brings a driver and PXE of its own; the card's boot ROM is for BIOS.
            "-device", $"virtio-net-pci,netdev=net,mac={mac},bootindex=1{(firmware is Firmware.Uefi ? ",romfile=" : "")}",
            "-drive", $"if=none,id=disk,format=raw,cache=unsafe,file={disk}", "-device", "virtio-blk-pci,drive=disk",
            "-device", "VGA",
        ];
        if (firmware is Firmware.Uefi)
            command.AddRange(UefiFirmware(directory));
        return new PxeClient(directory, command);
    }

    /// <summary>Waits until the console shows the pattern.</summary>
    public async Task<Match> SaysAsync(string pattern, TimeSpan patience, CancellationToken ct)
    {
        try
        {
            return await Programs.UntilAsync($"the PC says /{pattern}/", patience, () => process.HasExited
                ? throw new InvalidOperationException($"QEMU has ended: {string.Join(' ', complaints)}")
                : Task.FromResult(Regex.Match(Console, pattern) is { Success: true } match ? match : null), ct);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; its console ends with: {(Console is { Length: > 1500 } text ? text[^1500..] : Console)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Programs.EndAsync(process, TimeSpan.FromSeconds(3));
        process.Dispose();
    }

    private static IEnumerable<string> UefiFirmware(string directory)
    {
        const string folder = "/usr/share/OVMF";
        var size = File.Exists($"{folder}/OVMF_CODE_4M.fd") ? "_4M" : "";
        var variables = Path.Combine(directory, "variables.fd");
        File.Copy($"{folder}/OVMF_VARS{size}.fd", variables, overwrite: true);
        return
        [
            "-drive", $"if=pflash,format=raw,unit=0,readonly=on,file={folder}/OVMF_CODE{size}.fd",
            "-drive", $"if=pflash,format=raw,unit=1,file={variables}",
            "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n", // the network has no IPv6: saves the wait for it
        ];
    }

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\e\[[0-9;?=]*[a-zA-Z]|\ec|\r")]
    private static partial Regex Escapes();
}
