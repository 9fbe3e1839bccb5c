using System.Diagnostics;
using System.Globalization;

namespace LinboPortal.Benchmarks;

/// <summary>A server in the race, as a process with what it started.</summary>
internal sealed class Contender : IDisposable
{
    private const double TicksOfSecond = 100;
    private const int PageBytes = 4096;

    private readonly Process process;

    private Contender(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    public static Contender Start(string name, string program, IEnumerable<string> arguments, string? libraries = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (libraries is not null)
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (Environment.GetEnvironmentVariable("VERBOSE") is "1" && line.Data is not null)
                Console.Error.WriteLine($"{name}: {line.Data}");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(name, process);
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

    /// <summary>Resident megabytes of the process alone.</summary>
    public double Own() => Tree().Where(p => p.Id == process.Id).Sum(p => Number(p.Fields[21])) * PageBytes / 1e6;

    public void Dispose()
    {
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
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "stat"));
                all[id] = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            }
            catch (IOException)
            {
                // ended meanwhile
            }
        }

        return all.Where(p => IsOurs(p.Key)).Select(p => (p.Key, p.Value));

        bool IsOurs(int id) => id == process.Id || (id > 1 && all.TryGetValue(id, out var fields) && IsOurs((int)Number(fields[1])));
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
