using System.Diagnostics;
using System.Globalization;

namespace LinboPortal.Benchmarks;

/// <summary>A server in the race, as a process with what it started.</summary>
internal sealed class Contender : IDisposable
{
    private const double TicksOfSecond = 100;
    private const int PageBytes = 4096;

    private const int KeptLines = 40;

    private readonly Queue<string> lines = [];
    private readonly Process process;

    private Contender(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    public static Contender Start(string name, string program, IEnumerable<string> arguments, string? libraries = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (libraries is not null)
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        var process = Process.Start(start)!;
        var contender = new Contender(name, process);
        process.OutputDataReceived += (_, line) => contender.Take(line.Data);
        process.ErrorDataReceived += (_, line) => contender.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return contender;
    }

    public bool HasEnded => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (lines)
                return string.Join('\n', lines);
        }
    }

    /// <summary>Gives it lines to read, and the end.</summary>
    public async Task WriteAsync(IEnumerable<string> input)
    {
        foreach (var line in input)
            await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>CPU seconds that it and its children used.</returns>
    public async Task<double> EndAsync()
    {
        double ticks = 0;
        while (!process.HasExited)
        {
            // Of the one process only: children that have ended are in its numbers, and a look at all processes would cost the race something.
            if (Stat(process.Id) is { } fields)
                ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(200));
        }

        return ticks / TicksOfSecond;
    }

    /// <summary>CPU seconds so far, and resident megabytes, of the process and its children, also those that have ended.</summary>
    public (double Cpu, double Megabytes) Use()
    {
        double ticks = 0, pages = 0;
        foreach (var (_, fields) in Tree())
        {
            ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
            pages += Number(fields[21]);
        }

        return (ticks / TicksOfSecond, pages * PageBytes / 1e6);
    }

    /// <summary>Megabytes of the process and its children, of what they share each its part: PostgreSQL's processes share most of theirs.</summary>
    public double Proportional() => Tree().Sum(p => ProportionalKilobytes(p.Id)) * 1024 / 1e6;

    /// <summary>CPU seconds of the process alone.</summary>
    public double OwnCpu() => Tree().Where(p => p.Id == process.Id).Sum(p => Number(p.Fields[11]) + Number(p.Fields[12])) / TicksOfSecond;

    /// <summary>Resident megabytes of the process alone.</summary>
    public double Own() => Tree().Where(p => p.Id == process.Id).Sum(p => Number(p.Fields[21])) * PageBytes / 1e6;

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private IEnumerable<(int Id, string[] Fields)> Tree()
    {
        var all = new Dictionary<int, string[]>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (Stat(id) is { } stat)
                all[id] = stat;
        }

        return all.Where(p => IsOurs(p.Key)).Select(p => (p.Key, p.Value));

        bool IsOurs(int id) => id == process.Id || (id > 1 && all.TryGetValue(id, out var fields) && IsOurs((int)Number(fields[1])));
    }

    private static string[]? Stat(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private static double ProportionalKilobytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return 0; // ended meanwhile
        }
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        if (Environment.GetEnvironmentVariable("VERBOSE") is "1")
            Console.Error.WriteLine($"{Name}: {line}");
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines)
                lines.Dequeue();
        }
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
