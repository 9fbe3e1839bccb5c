using System.Globalization;
using LinboPortal.Core.Remote;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// What the portal lets a PC's shell do to run a task detached from the connection. Only what busybox's shell and tools can do.
/// A task is a directory: <c>out</c> is its output, <c>pid</c> the leader of its session, which is there from the moment on at which the command runs, <c>code</c> its exit code once it has ended.
/// </summary>
internal static class TaskScript
{
    /// <summary>Where tasks lie: gone with the boot, as LINBO's file system is.</summary>
    public const string Root = "/tmp/linboportal";

    /// <summary>Most bytes that one follower gives before it makes room for the reader.</summary>
    public const int Stretch = 4 * 1024 * 1024;

    /// <summary>A follower's last word where there is more than <see cref="Stretch"/>.</summary>
    public const string More = "more";

    /// <summary>A follower's last word where the task has ended; its exit code follows.</summary>
    public const string Ended = "ended";

    /// <summary>A follower's last word where nobody runs the task yet: its start was cut off.</summary>
    public const string Unstarted = "unstarted";

    /// <summary>Where a task was killed, so that it could leave no exit code.</summary>
    public const int KilledCode = 137;

    /// <summary>Says which boot it is; fails where it is not LINBO.</summary>
    public const string Identify = "[ -e /start.conf ] || exit 3; read -r b < /proc/sys/kernel/random/boot_id && echo \"$b\"";

    /// <summary>Mounts the cache, where LINBO has not yet, and says its room and the images in it; fails where there is none.</summary>
    public const string Cache = """
        grep -q ' /cache ' /proc/mounts || linbo_mountcache > /dev/null 2>&1 < /dev/null
        grep -q ' /cache ' /proc/mounts || exit 4
        df -P -k /cache | tail -n 1
        ls -ln /cache/*.qcow2 /cache/*.qdiff /cache/*.iso 2>/dev/null
        exit 0
        """;

    /// <summary>
    /// Carries a command out on a PC of any generation: a wrapper does nothing and says 0 for a word that it does not know, so what it knows is read
    /// first; the script of an image comes from the server, since a PC that was not started since does not have it. No single quotation marks.
    /// </summary>
    private const string Carry = """
        carry() {
          v=LINBO; [ -r /etc/linbo-version ] && read -r v < /etc/linbo-version; v=${v%%:*}
          word=$1; file=$2; shift 2
          p=$(command -v "$1") || { echo "$v does not know $word"; return 127; }
          label() { grep -Eq "^[[:space:]]*([a-z_]+[[:space:]]*[|][[:space:]]*)*$1[[:space:]]*[|)]" "$p"; }
          [ "$1" = linbo_wrapper ] && label sync && { label "$word" || { echo "$v does not know $word"; return 127; }; }
          # A wrapper that does not know the name would take the image of start.conf.
          case "$1 $2" in "linbo_wrapper "*:image_name:*) grep -q image_name "$p" || { echo "$v does not know image_name"; return 127; };; esac
          if [ -n "$file" ]; then
            b=$(. "/conf/os.$2" > /dev/null 2>&1; echo "${baseimage%%.*}")
            [ -n "$b" ] || { echo "start.conf has no image for system $2"; return 1; }
            linbo_mountcache > /dev/null 2>&1 < /dev/null
            rm -f "/cache/$b.$file"
            (cd /cache && linbo_download "images/$b/$b.$file")
            [ -s "/cache/$b.$file" ] || { echo "images/$b/$b.$file could not be fetched from the server"; return 1; }
          fi
          "$@"
        }
        """;

    /// <summary>True for what may be the name of a task.</summary>
    public static bool IsName(string task) => task.Length is > 0 and <= 100 && task.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Succeeds where the task was ever started.</summary>
    public static string Knows(string task) => $"[ -e {Folder(task)}/pid ]";

    /// <summary>
    /// Starts the task unless it was started before. Each line may be the last one that runs, and any number may try at the same time: what is missing
    /// is made by whoever comes next, and of many that are ready to run the command, the one whose link becomes <c>pid</c> does. The end wakes a
    /// follower through a named pipe, so that followers need not look often.
    /// </summary>
    public static string Start(string task, LinboCommand command) => $$"""
        trap : HUP INT TERM PIPE
        [ -d {{Root}} ] || (umask 077; mkdir -p {{Root}}) || exit 70
        mkdir {{Folder(task)}} 2>/dev/null
        cd {{Folder(task)}} || exit 70
        if [ ! -e pid ]; then
        [ -p wake ] || mkfifo wake 2>/dev/null
        : >> out || exit 70
        setsid sh -c '
        {{Carry}}
        trap : HUP INT TERM
        echo $$ > pid.$$ || exit
        ln pid.$$ pid 2>/dev/null || { rm -f pid.$$; exit; }
        rm -f pid.$$
        (cd / && carry "$@") > out 2>&1 < /dev/null
        echo $? > code.new
        mv code.new code
        [ -p wake ] && echo . 1<>wake
        ' sh {{ShellQuote.Words([command.Word, command.Script ?? "", .. command.Call])}} > /dev/null 2>&1 < /dev/null &
        fi
        cd /
        trap - HUP INT TERM PIPE

        """;

    /// <summary>
    /// Gives the output from an offset on, as it comes, and on standard error a sign of life every ten seconds and a last word. The exit code
    /// is looked for before the output, so that nothing can come after it.
    /// </summary>
    public static string Follow(string task, long from) => $$"""
        d={{Folder(task)}}; was={{Number(from)}}; dead=0; n=0
        exec 3< $d/out || exit 71
        [ -p $d/wake ] && exec 4<>$d/wake
        dd bs=1 skip=$was count=0 <&3 2>/dev/null
        # One line wakes one follower; another that saw it too may wait for it: who ends gives it on.
        pass() { [ -p $d/wake ] && echo . >&4; }
        pause() {
          # A shell whose read knows no time says 2.
          if [ -p $d/wake ]; then read -t 1 x <&4 2>/dev/null; [ $? = 2 ] || return 0; fi
          sleep 1
        }
        while :; do
          c=; p=
          [ -e $d/code ] && read -r c < $d/code
          dd bs=65536 count=16 <&3 2>/dev/null || { pass; exit 72; }
          read -r k at < /proc/$$/fdinfo/3
          [ "$at" -ge {{Number(from + Stretch)}} ] && { echo {{More}} >&2; exit 0; }
          got=$((at - was)); was=$at
          [ $got -ge 1048576 ] && continue
          [ -n "$c" ] && { pass; echo "{{Ended}} $c" >&2; exit 0; }
          [ $dead -ge 3 ] && { echo "{{Ended}} {{Number(KilledCode)}}" >&2; exit 0; }
          [ -e $d/pid ] && read -r p < $d/pid
          if [ -z "$p" ]; then [ $n -ge 5 ] && { echo {{Unstarted}} >&2; exit 0; }
          elif [ -d /proc/$p ]; then dead=0; else dead=$((dead + 1)); fi
          n=$((n + 1)); [ $((n % 10)) = 0 ] && { echo . >&2 || exit 73; }
          pause
        done

        """;

    /// <summary>Ends all processes of the task's session: SIGTERM first, then SIGKILL. A task that was not started yet never will be.</summary>
    public static string Stop(string task) => $$"""
        d={{Folder(task)}}; p=
        [ -e $d/code ] && exit 0
        mkdir -p $d && echo $$ > $d/pid.$$ && ln $d/pid.$$ $d/pid 2>/dev/null && : >> $d/out && echo 143 > $d/code
        rm -f $d/pid.$$
        [ -e $d/code ] && exit 0
        [ -e $d/pid ] && read -r p < $d/pid
        [ -n "$p" ] || exit 0
        send() {
          found=1
          for s in /proc/[0-9]*/stat; do
            l=; { read -r l < $s; } 2>/dev/null
            q=${l%% *}; set -- ${l##*) }
            [ "$4" = "$p" ] && { found=0; { [ "$q" = "$p" ] && [ $sig = TERM ]; } || kill -$sig $q 2>/dev/null; }
          done
          return $found
        }
        sig=TERM; i=0
        while send && [ $i -lt 10 ]; do i=$((i + 1)); sleep 0.3 2>/dev/null || sleep 1; done
        sig=KILL; send
        [ -e $d/code ] || { echo 143 > $d/code.new; mv $d/code.new $d/code; }
        exit 0

        """;

    /// <summary>Keeps what comes on standard input as the password file that uploads read.</summary>
    public const string Lend = "umask 077; cat > /tmp/rsyncd.secrets.new && mv /tmp/rsyncd.secrets.new /tmp/rsyncd.secrets";

    /// <summary>Takes the password file away.</summary>
    public const string TakeBack = "rm -f /tmp/rsyncd.secrets /tmp/rsyncd.secrets.new";

    /// <summary>Hides LINBO's buttons or brings them back; older clients do not know how.</summary>
    public static string Gui(bool show) => $"command -v gui_ctl > /dev/null || exit 0; gui_ctl {(show ? "restore" : "disable")} > /dev/null 2>&1 < /dev/null";

    private static string Folder(string task) => $"{Root}/{task}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
