using System.Buffers.Binary;
using System.Diagnostics;
using LinboPortal.Core.Boot.Files;

namespace LinboPortal.Core.Tests.Boot;

/// <summary>Archives that the real programs made, whole and cut off at every place.</summary>
public sealed class BootFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linboportal-bootfile-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Packers { get; } =
    [
        "cat", "xz -c --check=none", "xz -c -T2 --block-size=8KiB --check=none", "xz -c --check=sha256", "xz -c --x86 --lzma2", "zstd -c -q", "zstd -c -q --no-check -19",
        "gzip -c", "lz4 -c -l -q",
    ];

    [Theory]
    [MemberData(nameof(Packers))]
    public void An_initramfs_is_whole_only_with_its_last_byte(string packer)
    {
        var packed = Pack(packer);

        Assert.Equal(BootFileContent.Whole, Check(packed));
        // The kernel skips zeros between and behind archives.
        Assert.Equal(BootFileContent.Whole, Check([.. packed, .. new byte[512]]));
        var lengths = Enumerable.Range(0, 50).Select(i => packed.Length * i / 50);
        Assert.All(lengths, length => Assert.True(Check(packed[..length]) is BootFileContent.CutOff, $"{length} of {packed.Length} bytes: {Check(packed[..length])}"));
        Assert.NotEqual(BootFileContent.Whole, Check(packed[..^(packer == "cat" ? 512 : 1)]));
    }

    [Theory]
    [MemberData(nameof(Packers))]
    public void A_file_that_got_its_length_before_its_content_is_cut_off(string packer)
    {
        var packed = Pack(packer);
        packed.AsSpan(packed.Length / 2).Clear();
        // One block of lz4 holds up to 8 MB and has no checksum.
        if (packer.StartsWith("lz4", StringComparison.Ordinal))
            return;
        Assert.Equal(BootFileContent.CutOff, Check(packed));
    }

    [Fact]
    public void Archives_one_after_the_other_are_one_initramfs()
    {
        byte[] all = [.. Pack("cat"), .. new byte[256], .. Pack("xz -c --check=crc64"), .. Pack("xz -c"), .. Pack("zstd -c -q"), .. Pack("gzip -c")];
        Assert.Equal(BootFileContent.Whole, Check(all));
        Assert.NotEqual(BootFileContent.Whole, Check(all[..^20]));
    }

    [Fact]
    public void Other_files_are_no_initramfs_and_some_tell_nothing()
    {
        Assert.Equal(BootFileContent.Foreign, Check("#!/bin/sh\nexit 0\n"u8.ToArray()));
        Assert.Equal(BootFileContent.CutOff, Check([]));
        Assert.Equal(BootFileContent.CutOff, Check(new byte[4096]));
        Assert.Equal(BootFileContent.Unchecked, Check(Pack("xz -c --format=lzma")));
        Assert.Equal(BootFileContent.Unchecked, Check(Pack("bzip2 -c")));
    }

    [Fact]
    public void A_kernel_is_as_long_as_its_header_says()
    {
        var kernel = new byte[(4 + 1) * 512 + 100 * 16];
        kernel[0x1f1] = 4;
        BinaryPrimitives.WriteUInt32LittleEndian(kernel.AsSpan(0x1f4), 100);
        BinaryPrimitives.WriteUInt16LittleEndian(kernel.AsSpan(0x1fe), 0xaa55);
        "HdrS"u8.CopyTo(kernel.AsSpan(0x202));

        Assert.Equal(BootFileContent.Whole, KernelFile.Check(new MemoryStream(kernel)));
        Assert.Equal(BootFileContent.CutOff, KernelFile.Check(new MemoryStream(kernel[..^16])));
        Assert.Equal(BootFileContent.CutOff, KernelFile.Check(new MemoryStream(kernel[..100])));
        Assert.Equal(BootFileContent.CutOff, KernelFile.Check(new MemoryStream()));
        Assert.Equal(BootFileContent.Foreign, KernelFile.Check(new MemoryStream(new byte[4096])));

        // Signed: a program of UEFI whose certificates stand behind it.
        "MZ"u8.CopyTo(kernel);
        BinaryPrimitives.WriteInt32LittleEndian(kernel.AsSpan(0x3c), 0x40);
        "PE\0\0"u8.CopyTo(kernel.AsSpan(0x40));
        BinaryPrimitives.WriteUInt16LittleEndian(kernel.AsSpan(0x40 + 24), 0x20b);
        BinaryPrimitives.WriteInt32LittleEndian(kernel.AsSpan(0x40 + 24 + 144), kernel.Length);
        BinaryPrimitives.WriteInt32LittleEndian(kernel.AsSpan(0x40 + 24 + 148), 1500);
        Assert.Equal(BootFileContent.CutOff, KernelFile.Check(new MemoryStream(kernel)));
        Assert.Equal(BootFileContent.Whole, KernelFile.Check(new MemoryStream([.. kernel, .. new byte[1500]])));
    }

    private static BootFileContent Check(byte[] content) => InitramfsFile.Check(new MemoryStream(content));

    /// <summary>Two files that compress badly and one that compresses well, as cpio packs them.</summary>
    private byte[] Pack(string packer)
    {
        var source = Path.Combine(folder, "root");
        if (!Directory.Exists(source))
        {
            Directory.CreateDirectory(source);
            var noise = new byte[400_001];
            new Random(7).NextBytes(noise);
            File.WriteAllBytes(Path.Combine(source, "noise"), noise);
            File.WriteAllBytes(Path.Combine(source, "noise2"), noise[..999]);
            File.WriteAllText(Path.Combine(source, "init"), string.Concat(Enumerable.Repeat("#!/bin/sh\necho LINBO\n", 20_000)));
        }

        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; cd root && find . | cpio -o -H newc --quiet | {packer} > ../packed"]) { WorkingDirectory = folder })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        return File.ReadAllBytes(Path.Combine(folder, "packed"));
    }
}
