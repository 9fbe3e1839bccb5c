using System.Diagnostics;

namespace LinboPortal.Testing;

/// <summary>The file system that fake LINBO clients see as theirs: busybox, dropbear, rsync and stand-ins for LINBO's programs.</summary>
internal static class DropbearRoot
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Executable =
        Private | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] Needed = ["dropbear", "dropbearkey", "busybox", "unshare"];

    /// <summary>Why there can be no fake clients here; null where there can.</summary>
    public static string? WhyNot => !Environment.IsPrivilegedProcess
        ? "fake LINBO clients need root: each has a file system of its own"
        : Needed.FirstOrDefault(p => Find(p) is null) is { } missing ? $"fake LINBO clients need {missing}" : null;

    /// <summary>Makes it in an empty directory.</summary>
    public static void Make(string root, string authorizedKey)
    {
        foreach (var directory in new[] { "bin", "usr/bin", "usr/sbin", "etc", "proc", "dev", "tmp", "client", "cache", "root/.ssh", "conf" })
            Directory.CreateDirectory(Path.Combine(root, directory));
        File.Copy(Find("busybox")!, Path.Combine(root, "bin/busybox"));
        foreach (var applet in Run("busybox", "--list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(a => a != "busybox"))
            File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
        foreach (var program in new[] { "dropbear", "rsync" })
            CopyProgram(root, program);
        Write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        Write("etc/group", "root:x:0:\n");
        Write("root/.ssh/authorized_keys", authorizedKey.Trim() + "\n", Private);
        File.SetUnixFileMode(Path.Combine(root, "root"), Private | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Path.Combine(root, "root/.ssh"), Private | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(root, "start.conf"), "/client/start.conf");
        Write("conf/os.1", "baseimage=\"win.qcow2\"\nname=\"Windows\"\n");
        Write("conf/os.2", "baseimage=\"ubuntu.qcow2\"\n");
        Write("usr/bin/linbo_wrapper", Wrapper, Executable);
        Write("usr/bin/linbo_prestart", Noted("linbo_prestart"), Executable);
        Write("usr/bin/linbo_update", Noted("linbo_update"), Executable);
        Write("usr/bin/linbo_download", "#!/bin/sh\nf=/client/server/$1; [ -f \"$f\" ] && cp \"$f\" .\n", Executable);
        Write("etc/linbo-version", "LINBO 4.2.16: Some name\n");
        Write("usr/bin/gui_ctl", Noted("gui_ctl"), Executable);
        Write("usr/bin/linbo_mountcache", "#!/bin/sh\n[ -f /client/cache.size ] && mount -t tmpfs -o size=$(cat /client/cache.size) cache /cache && cp /client/*.qcow2 /cache\n", Executable);

        void Write(string name, string text, UnixFileMode mode = Private | UnixFileMode.OtherRead)
        {
            File.WriteAllText(Path.Combine(root, name), text);
            File.SetUnixFileMode(Path.Combine(root, name), mode);
        }
    }

    /// <summary>The first program of that name.</summary>
    public static string? Find(string program) => new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static void CopyProgram(string root, string name)
    {
        if (Find(name) is not { } program)
            return;
        foreach (var file in Run("ldd", program).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(w => w[0] == '/').Append(program))
        {
            var copy = root + file;
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (!File.Exists(copy))
                File.Copy(file, copy);
        }
    }

    private static string Noted(string name) => $"""
        #!/bin/sh
        printf '%s\n' "{name} $*" >> /client/calls
        echo "{name} $*"

        """;

    /// <summary>
    /// Prints what LINBO prints. A file <c>/client/script</c> does the work instead where there is one; <c>/client/step</c> is the pause
    /// between lines. Whoever starts, restarts or halts leaves LINBO, which ends with its first process.
    /// </summary>
    private const string Wrapper = """
        #!/bin/sh
        printf '%s\n' "linbo_wrapper $*" >> /client/calls
        [ -f /client/script ] && exec sh /client/script "$@"
        read -r step < /client/step
        word=${1%%:*}; rest=${1#*:}
        echo "### $(date +%Y%m%d-%H%M%S) linbo_wrapper $* ###"
        echo "Command     : $word"
        [ "$rest" = "$1" ] || echo "OS number   : ${rest%%:*}"
        case $word in
          start | reboot | halt)
            echo "Leaving LINBO ..."
            sleep "$step"
            echo "$word" > /client/left
            kill -TERM 1
            sleep 60 ;;
          partition | label | format | update) echo "Working ..."; sleep "$step"; echo "Done." ;;
          initcache | sync | new | create_image | create_qdiff | upload_image | upload_qdiff)
            for p in 0 20 40 60 80 100; do printf '    (%s.00/100%%)\r' $p; sleep "$step"; done
            echo; echo "Done." ;;
          *) echo "unknown command $word"; exit 1 ;;
        esac

        """;
}
