using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>
/// Starts children that end with the portal, also when it is killed: <c>setpriv --pdeathsig</c> asks the kernel for a signal. The kernel
/// sends it when the starting <em>thread</em> ends (prctl(2)), so that all children are started by one thread that never does; a thread of
/// the pool would take them along when it idles out.
/// </summary>
internal static partial class ProcessLauncher
{
    private static readonly BlockingCollection<Action> Work = [];
    private static readonly string? SetPriv = Programs.Find("setpriv");
    private static readonly string? SetSid = Programs.Find("setsid");

    static ProcessLauncher() => new Thread(() =>
    {
        foreach (var start in Work.GetConsumingEnumerable())
            start();
    })
    { IsBackground = true, Name = "process launcher" }.Start();

    /// <summary>Starts the program in a session of its own: Ctrl-C at the terminal reaches the portal alone, which then stops its children in order.</summary>
    public static Task<Process> StartAsync(ProcessPlan plan)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(Describe(plan))!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    /// <summary>Sends a signal; a process that is gone already is none to worry about.</summary>
    public static void Signal(int pid, ProcessSignal signal) => _ = Kill(pid, (int)signal);

    /// <summary>Sends a signal to the whole session.</summary>
    public static void SignalGroup(int pid, ProcessSignal signal) => _ = Kill(-pid, (int)signal);

    private static ProcessStartInfo Describe(ProcessPlan plan)
    {
        // setsid and setpriv replace themselves by the program, so that the process id stays the one that Start returns.
        string[] session = SetSid is null ? [] : [SetSid];
        string[] death = SetPriv is null ? [] : [SetPriv, .. AsUser(plan.User), "--pdeathsig", "TERM"];
        string[] all = [.. session, .. death, plan.Program, .. plan.Arguments];
        var info = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = plan.WorkingDirectory,
        };
        ChildEnvironment.Set(info, plan.Environment);
        return info;
    }

    private static string[] AsUser(string user) => user.Length == 0 ? [] : ["--reuid", user, "--regid", user, "--init-groups"];

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
