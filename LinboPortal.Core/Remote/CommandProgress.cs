using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.Remote;

/// <summary>How far a command is, by what programs on the PC print while they work (linbo.md 8.5).</summary>
/// <param name="Percent">0 to 100; null where the program does not know the whole.</param>
/// <param name="Bytes">Bytes so far; null where the program does not say.</param>
/// <param name="BytesPerSecond">Speed; null where the program does not say.</param>
/// <param name="Left">Time left; null where the program does not say.</param>
public sealed partial record CommandProgress(double? Percent, long? Bytes, long? BytesPerSecond, TimeSpan? Left)
{
    // A line of progress is short; what is longer is something else.
    private const int Longest = 400;

    /// <summary>Reads one printed line, without its end; null where it tells no progress.</summary>
    public static CommandProgress? Read(string line)
    {
        if (line.Length is < 4 or > Longest)
            return null;
        return QemuImg(line) ?? Aria2(line) ?? UdpReceiver(line) ?? Pv(line) ?? Rsync(line);
    }

    private static CommandProgress? QemuImg(string line) => QemuImgLine().Match(line) is { Success: true } m
        ? Make(PercentOf(m.Groups[1]), null, null, null)
        : null;

    private static CommandProgress? Aria2(string line) => Aria2Line().Match(line) is { Success: true } m
        ? Make(m.Groups["percent"].Success ? PercentOf(m.Groups["percent"]) : null, Size(m.Groups["have"].Value), Size(m.Groups["speed"].Value), Words(m.Groups["left"].Value))
        : null;

    private static CommandProgress? UdpReceiver(string line)
    {
        if (UdpReceiverLine().Match(line) is not { Success: true } m)
            return null;
        var bytes = Size(m.Groups["bytes"].Value.Replace(" ", "", StringComparison.Ordinal) + m.Groups["unit"].Value);
        // The network's units: a megabit is a million bits.
        return Make(null, bytes, Whole(Decimal(m.Groups["speed"].Value) * Math.Pow(1000, " kMG".IndexOf(m.Groups["prefix"].Value, StringComparison.Ordinal)) / 8), null);
    }

    private static CommandProgress? Pv(string line) => PvLine().Match(line) is { Success: true } m
        ? Make(m.Groups["percent"].Success ? PercentOf(m.Groups["percent"]) : null, Size(m.Groups["have"].Value), Size(m.Groups["speed"].Value), Clock(m.Groups["left"].Value))
        : null;

    private static CommandProgress? Rsync(string line) => RsyncLine().Match(line) is { Success: true } m
        ? Make(PercentOf(m.Groups["percent"]), Size(string.Concat(m.Groups["have"].Value.Where(char.IsAsciiDigit))), Size(m.Groups["speed"].Value), m.Groups["rest"].Success ? null : Clock(m.Groups["left"].Value))
        : null;

    private static CommandProgress? Make(double? percent, long? bytes, long? speed, TimeSpan? left) =>
        percent is > 100 or < 0 ? null : new CommandProgress(percent, bytes, speed, left);

    private static double? PercentOf(Group group) => Decimal(group.Value);

    private static double? Decimal(string text) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Whole(double? number) => number is >= 0 and < long.MaxValue ? (long)number : null;

    // 1.2GiB, 10.3MB/s, 512K: all of these programs count in 1024.
    private static long? Size(string text)
    {
        var match = SizeText().Match(text);
        if (!match.Success)
            return null;
        var power = " KMGTP".IndexOf(char.ToUpperInvariant(match.Groups[2].Value is [var c] ? c : ' '), StringComparison.Ordinal);
        return Whole(Decimal(match.Groups[1].Value) * Math.Pow(1024, power));
    }

    // 1h2m3s
    private static TimeSpan? Words(string text) => WordsText().Match(text) is { Success: true } m && text.Length > 0
        ? Span(m.Groups["d"].Value, m.Groups["h"].Value, m.Groups["m"].Value, m.Groups["s"].Value)
        : null;

    // 1:02:03, and pv's 1+02:03:04 for days
    private static TimeSpan? Clock(string text) => ClockText().Match(text) is { Success: true } m
        ? Span(m.Groups["d"].Value, m.Groups["h"].Value, m.Groups["m"].Value, m.Groups["s"].Value)
        : null;

    private static TimeSpan Span(string days, string hours, string minutes, string seconds) =>
        TimeSpan.FromSeconds(Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));

    private static double Number(string digits) => digits.Length is > 0 and < 7 ? double.Parse(digits, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^\s*\(([0-9]{1,3}[.,][0-9]{2})/100%\)\s*$")]
    private static partial Regex QemuImgLine();

    [GeneratedRegex(@"\[#[0-9a-f]{6,16} (?<have>[0-9.]+[KMGT]?i?B)/[0-9.]+[KMGT]?i?B(?:\((?<percent>[0-9]{1,3})%\))? .*?DL:(?<speed>[0-9.]+[KMGT]?i?B)[^\]]*?(?:ETA:(?<left>[0-9dhms]+))?\]")]
    private static partial Regex Aria2Line();

    [GeneratedRegex(@"^\s*bytes=\s*(?<bytes>[0-9][0-9 ]*?)(?<unit>[KMGT]?)\s*\(\s*(?<speed>[0-9.]+)\s*(?<prefix>[kMG]?)bps\)")]
    private static partial Regex UdpReceiverLine();

    [GeneratedRegex(@"^\s*(?<have>[0-9.,]+[KMGT]?i?B) [0-9:+]+ \[\s*(?<speed>[0-9.,]+[KMGTk]?i?B/s)\](?:\s*\[[^\]]*\]\s*(?<percent>[0-9]{1,3})%(?:\s*ETA (?<left>[0-9:+]+))?)?\s*$")]
    private static partial Regex PvLine();

    [GeneratedRegex(@"^\s*(?<have>[0-9][0-9.,]*)\s+(?<percent>[0-9]{1,3})%\s+(?<speed>[0-9.,]+[kMGT]?B/s)\s+(?<left>[0-9]+:[0-9]{2}:[0-9]{2})(?<rest>\s+\(.*\))?\s*$")]
    private static partial Regex RsyncLine();

    [GeneratedRegex(@"^([0-9]+(?:[.,][0-9]+)?)([KMGTPk]?)i?B?(?:/s)?$")]
    private static partial Regex SizeText();

    [GeneratedRegex("^(?:(?<d>[0-9]+)d)?(?:(?<h>[0-9]+)h)?(?:(?<m>[0-9]+)m)?(?:(?<s>[0-9]+)s)?$")]
    private static partial Regex WordsText();

    [GeneratedRegex(@"^(?:(?<d>[0-9]+)\+)?(?<h>[0-9]+):(?<m>[0-9]{2}):(?<s>[0-9]{2})$")]
    private static partial Regex ClockText();
}
