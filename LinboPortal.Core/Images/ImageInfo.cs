using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>
/// A <c>.info</c> file. Clients compare it byte by byte and load the image again where it differs, so every byte is kept and a change touches
/// its own line only. Values may stand in quotes or not (old files), and old files have keys of their own.
/// </summary>
public sealed class ImageInfo
{
    /// <summary>Larger than any real one; a client could send anything.</summary>
    public const int MaxLength = 64 * 1024;

    private static readonly SearchValues<char> Unquotable = SearchValues.Create("\"'\\$`\r\n");

    private readonly ImmutableArray<string> lines;

    private ImageInfo(ImmutableArray<string> lines) => this.lines = lines;

    /// <summary>Reads a file. Never fails: what is missing is missing.</summary>
    public static ImageInfo Read(ReadOnlySpan<byte> bytes) => Read(Encoding.Latin1.GetString(bytes));

    /// <summary>Reads a text.</summary>
    public static ImageInfo Read(string text)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }

        return new ImageInfo(lines.ToImmutable());
    }

    /// <summary>Makes the .info of an image file that has none, as LINBO writes it.</summary>
    public static ImageInfo Make(string image, ImageTimestamp timestamp, long size, string partition = "", long? partitionKiB = null)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"[\"{image}\" Info File]\n");
        text.Append(CultureInfo.InvariantCulture, $"timestamp=\"{timestamp}\"\nimage=\"{image}\"\nimagesize=\"{size}\"\n");
        if (partition.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"partition=\"{partition}\"\n");
        if (partitionKiB is { } kiB)
            text.Append(CultureInfo.InvariantCulture, $"partitionsize=\"{kiB}\"\n");
        return Read(text.ToString());
    }

    /// <summary>When the image was made, as written; empty where it is missing.</summary>
    public string Timestamp => Value("timestamp");

    /// <summary>Name of the image's file; empty where it is missing. Old files call it <c>baseimage</c>.</summary>
    public string Image => Value("image") is { Length: > 0 } image ? image : Value("baseimage");

    /// <summary>Size of the image's file in bytes; null where it is missing or no number.</summary>
    public long? ImageSize => Number("imagesize");

    /// <summary>The partition that it was made of.</summary>
    public string Partition => Value("partition");

    /// <summary>Size of that partition in KiB.</summary>
    public long? PartitionKiB => Number("partitionsize");

    /// <summary>The image that the PC had when this one was made under a name of its own (LINBO 7.4.21 and newer); empty where it is missing.</summary>
    public string SourceImage => Value("sourceimage");

    /// <summary>The timestamp of the base that a qdiff was made on.</summary>
    public string BackingTimestamp => Value("backingfile_timestamp");

    /// <summary>True where a qdiff of this .info can be used with a base of that one: it was made on exactly that base.</summary>
    public bool FitsOn(ImageInfo baseInfo) => BackingTimestamp.Length > 0 && BackingTimestamp == baseInfo.Timestamp;

    /// <summary>The value of a key, without quotes; empty where there is none. The last one counts, as in the shell that reads it at the client.</summary>
    public string Value(string key)
    {
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            if (TryRead(lines[i], out var name, out var from, out var to) && name.Equals(key, StringComparison.OrdinalIgnoreCase))
                return lines[i][from..to];
        }

        return "";
    }

    /// <summary>A copy with another value, in the manner in which the old one is written; a key that is missing is added at the end.</summary>
    /// <exception cref="ArgumentException">A quote, backslash, dollar sign or line end: clients read the file with a shell.</exception>
    public ImageInfo With(string key, string value)
    {
        if (value.AsSpan().ContainsAny(Unquotable))
            throw new ArgumentException($"'{value}' cannot stand in a .info.", nameof(value));
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            if (TryRead(lines[i], out var name, out var from, out var to) && name.Equals(key, StringComparison.OrdinalIgnoreCase))
                return new ImageInfo(lines.SetItem(i, lines[i][..from] + value + lines[i][to..]));
        }

        var before = lines is [.., var last] && !last.EndsWith('\n') ? lines.SetItem(lines.Length - 1, last + "\n") : lines;
        return new ImageInfo(before.Add($"{key}=\"{value}\"\n"));
    }

    /// <summary>A copy for the image under another name: the title and the image's name change, nothing else.</summary>
    public ImageInfo Renamed(string oldFile, string newFile)
    {
        var title = lines is [var first, ..] && first.StartsWith('[') ? lines.SetItem(0, first.Replace(oldFile, newFile, StringComparison.Ordinal)) : lines;
        var renamed = new ImageInfo(title);
        return Value("image").Length > 0 ? renamed.With("image", newFile)
            : Value("baseimage").Length > 0 ? renamed.With("baseimage", newFile)
            : renamed;
    }

    /// <summary>The bytes, as read or as changed.</summary>
    public byte[] ToBytes() => Encoding.Latin1.GetBytes(ToString());

    /// <inheritdoc/>
    public override string ToString() => string.Concat(lines);

    private long? Number(string key) =>
        long.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Finds key and value of a line: <c>key=value</c>, blanks around both, one pair of quotes around the value.</summary>
    private static bool TryRead(string line, out string key, out int from, out int to)
    {
        (key, from, to) = ("", 0, 0);
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || line.AsSpan().TrimStart() is ['#' or '[', ..])
            return false;
        key = line[..equals].Trim();
        from = equals + 1;
        to = line.Length;
        while (from < to && char.IsWhiteSpace(line[from]))
            from++;
        while (to > from && char.IsWhiteSpace(line[to - 1]))
            to--;
        if (to - from >= 2 && line[from] is '"' or '\'' && line[to - 1] == line[from])
            (from, to) = (from + 1, to - 1);
        return key.Length > 0;
    }
}
