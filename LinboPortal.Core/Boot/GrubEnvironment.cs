using System.Collections.Immutable;
using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>
/// GRUB's environment block: 1024 bytes of <c>name=value</c> lines behind a fixed first line, filled up with <c>#</c>
/// (GRUB manual, "The GRUB environment block"). A client on a network cache is rebooted into its system with one (linbo.md 2.3).
/// </summary>
public static class GrubEnvironment
{
    /// <summary>Length of every block in bytes.</summary>
    public const int Size = 1024;

    private const string Header = "# GRUB Environment Block\n";

    /// <summary>Makes a block.</summary>
    /// <param name="variables">Names and values in order; backslashes and line breaks in values are escaped as GRUB does.</param>
    /// <exception cref="ArgumentException">A name is no GRUB variable, or the block would be longer than 1024 bytes.</exception>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var text = new StringBuilder(Header);
        foreach (var (name, value) in variables)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw new ArgumentException($"'{name}' is no name of a GRUB variable.", nameof(variables));
            text.Append(name).Append('=').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\\n", StringComparison.Ordinal)).Append('\n');
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (bytes.Length > Size)
            throw new ArgumentException($"The variables need {bytes.Length} bytes, a GRUB environment block has {Size}.", nameof(variables));
        var block = new byte[Size];
        block.AsSpan().Fill((byte)'#');
        bytes.CopyTo(block, 0);
        return block;
    }

    /// <summary>Reads a block; null where the bytes are none.</summary>
    public static ImmutableDictionary<string, string>? Read(ReadOnlySpan<byte> block)
    {
        if (block.Length != Size || !block.StartsWith("# GRUB Environment Block\n"u8))
            return null;
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var text = Encoding.UTF8.GetString(block[Header.Length..]);
        for (var at = 0; at < text.Length && text[at] != '#';)
        {
            var line = ReadLine(text, ref at);
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                variables[line[..equals]] = line[(equals + 1)..];
        }

        return variables.ToImmutable();
    }

    /// <summary>
    /// The block for a client that asks for <c>linbo/(hdX,Y)#kernel#initrd#append#.reboot</c>; null where the request is not of that form.
    /// </summary>
    public static byte[]? FromRebootRequest(string fileName)
    {
        if (!fileName.EndsWith("#.reboot", StringComparison.Ordinal) || fileName.Split('#') is not [var grub, var kernel, var initrd, var append, _])
            return null;
        var shape = grub.StartsWith("(hd", StringComparison.Ordinal) && grub.EndsWith(')') && !fileName.Contains('\n', StringComparison.Ordinal);
        return shape && Encoding.UTF8.GetByteCount(fileName) < 700
            ? Write([new("reboot_grub", grub), new("reboot_kernel", kernel), new("reboot_initrd", initrd), new("reboot_append", append)])
            : null;
    }

    private static string ReadLine(string text, ref int at)
    {
        var line = new StringBuilder();
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            line.Append(text[at]);
        }

        at++;
        return line.ToString();
    }
}
