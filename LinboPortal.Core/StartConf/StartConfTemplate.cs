using System.Globalization;
using System.Text;

namespace LinboPortal.Core.StartConf;

/// <summary>What a new group starts from: firmware and operating systems. Without a system it is [LINBO] alone.</summary>
/// <param name="IsUefi">True = GPT with an EFI partition; false = BIOS with an MBR.</param>
/// <param name="HasWindows">With Windows 11.</param>
/// <param name="HasLinux">With Ubuntu.</param>
public sealed record StartConfTemplate(bool IsUefi, bool HasWindows, bool HasLinux)
{
    /// <summary>The text for a group, free of problems but for the absence of systems where none is wanted.</summary>
    public string Render(string group)
    {
        var text = new StringBuilder();
        var partitions = Partitions();
        AppendLinbo(text, group, partitions.Count > 0 ? Device(partitions.Count) : "");
        for (var i = 0; i < partitions.Count; i++)
            AppendPartition(text, Device(i + 1), partitions[i]);
        if (HasWindows)
            AppendSystem(text, "Windows 11", "win10.svg", "win11.qcow2", Device(partitions.FindIndex(p => p.Label == "windows") + 1), "auto", "", "");
        if (HasLinux)
            AppendSystem(text, "Ubuntu", "ubuntu.svg", "ubuntu.qcow2", Device(partitions.FindIndex(p => p.Label == "ubuntu") + 1), "boot/vmlinuz", "boot/initrd.img", "ro splash");
        return text.ToString();
    }

    private sealed record Entry(string Label, string Size, string Id, string FileSystem, bool IsBootable = false);

    private List<Entry> Partitions()
    {
        List<Entry> partitions = [];
        if (!HasWindows && !HasLinux)
            return partitions;
        if (IsUefi)
            partitions.Add(new Entry("efi", "250M", "ef", "vfat", IsBootable: true));
        if (IsUefi && HasWindows)
            partitions.Add(new Entry("msr", "16M", "0c01", ""));
        if (HasWindows)
            partitions.Add(new Entry("windows", "120G", "7", "ntfs", IsBootable: !IsUefi));
        if (HasLinux)
            partitions.Add(new Entry("ubuntu", "60G", "83", "ext4", IsBootable: !IsUefi && !HasWindows));
        partitions.Add(new Entry("cache", "", "83", "ext4"));
        return partitions;
    }

    private static string Device(int number) => string.Create(CultureInfo.InvariantCulture, $"/dev/disk0p{number}");

    private static string Word(bool value) => value ? "yes" : "no";

    private static void AppendLinbo(StringBuilder text, string group, string cache) => text.Append($"""
        [LINBO]
        Group = {group}
        Cache = {cache}
        RootTimeout = 600
        AutoPartition = no
        AutoFormat = no
        AutoInitCache = no
        DownloadType = rsync
        GuiDisabled = no
        Locale = de-de
        KernelOptions = quiet splash

        """.Replace(" \n", "\n", StringComparison.Ordinal));

    private static void AppendPartition(StringBuilder text, string device, Entry entry) => text.Append($"""

        [Partition]
        Dev = {device}
        Label = {entry.Label}
        Size = {entry.Size}
        Id = {entry.Id}
        FSType = {entry.FileSystem}
        Bootable = {Word(entry.IsBootable)}

        """.Replace(" \n", "\n", StringComparison.Ordinal));

    private static void AppendSystem(
        StringBuilder text, string name, string icon, string image, string root, string kernel, string initrd, string append) =>
        text.Append($"""

            [OS]
            Name = {name}
            Description =
            IconName = {icon}
            BaseImage = {image}
            Root = {root}
            Kernel = {kernel}
            Initrd = {initrd}
            Append = {append}
            StartEnabled = yes
            SyncEnabled = yes
            NewEnabled = yes
            Autostart = no
            AutostartTimeout = 5
            DefaultAction = sync
            Hidden = no

            """.Replace(" \n", "\n", StringComparison.Ordinal));
}
