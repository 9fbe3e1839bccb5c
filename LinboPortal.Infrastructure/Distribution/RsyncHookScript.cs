using LinboPortal.Infrastructure.Images;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The program that rsync calls before and after each transfer. It is a shell script because it must start within a millisecond or two, and it
/// works while the portal is down: it only leaves small files for it. What clients send is never expanded or evaluated, only compared and printed.
/// A transfer is refused where it asks for what belongs to another PC, and never for a fault of ours.
/// </summary>
internal static partial class RsyncHookScript
{
    /// <summary>How long a client waits for the portal at most.</summary>
    public const string Patience = "1.7";

    public static string Render(RsyncFolder folder, string root, UploadFolders uploads, int reserveMegabytes, string portalUrl = "") => Text
        .Replace("@UPLOAD@", UploadPart, StringComparison.Ordinal)
        .Replace("@UPLOADS@", RsyncConfig.Quote(uploads.Path), StringComparison.Ordinal)
        .Replace("@RESERVE@", reserveMegabytes.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@API@", RsyncConfig.Quote(portalUrl.Length > 0 ? portalUrl.TrimEnd('/') + RsyncHookEndpoint.Path : ""), StringComparison.Ordinal)
        .Replace("@HOME@", RsyncConfig.Quote(folder.Path), StringComparison.Ordinal)
        .Replace("@ROOT@", RsyncConfig.Quote(root), StringComparison.Ordinal)
        .Replace("@PATIENCE@", Patience, StringComparison.Ordinal);

    private const string Text = """
        #!/bin/sh
        # Called by rsync before and after each transfer. Written by LinboPortal at each start; changes are lost.
        umask 077
        LC_ALL=C; export LC_ALL
        PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH
        home=@HOME@
        root=@ROOT@
        api=@API@
        run=$home/run/$RSYNC_PID

        # What the portal reads: what to remove afterwards, who asks, whether for real, of which module, for what (to the end of the file).
        note() {
          printf '%s\n%s\n%s\n%s\n%s' "${after:--}" "$RSYNC_HOST_ADDR" "${dry:-0}" "$RSYNC_MODULE_NAME" "$request" > "$run" 2>/dev/null
        }

        refuse() {
          note
          : 2>/dev/null > "$home/spool/$RSYNC_PID.$$.end"
          mv "$run" "$home/spool/$RSYNC_PID.$$.refused" 2>/dev/null
          printf '%s\n' "$1"
          exit 1
        }

        # Asks the portal and waits for its word, not for long, and not at all where it does not run.
        ask() {
          answer=
          note
          if [ -n "$api" ]; then
            answer=$(curl -s -f -m @PATIENCE@ --noproxy '*' -H "@$home/api.header" -H 'Content-Type: text/plain' \
              --data-binary "@$run" "$api?process=$RSYNC_PID" 2>/dev/null | head -n 1)
            return 0
          fi
          read -r portal 2>/dev/null < "$home/portal.pid" || return 0
          kill -0 "$portal" 2>/dev/null || return 0
          mkfifo -m 600 "$home/ask/.$RSYNC_PID" 2>/dev/null || return 0
          # Opened for both directions it waits for nobody, and an answer that comes early stays in it.
          exec 3<> "$home/ask/.$RSYNC_PID"
          mv "$home/ask/.$RSYNC_PID" "$home/ask/$RSYNC_PID"
          answer=$(timeout @PATIENCE@ head -n 1 <&3)
          exec 3>&-
          rm -f "$home/ask/$RSYNC_PID"
        }

        # The path without leading slashes and dots. A pattern in its first part could lead anywhere, and .. too.
        look() {
          path=$1
          while :; do
            case $path in
              /*) path=${path#/} ;;
              ./*) path=${path#./} ;;
              *) break ;;
            esac
          done
          case /$path/ in */../*) refuse "LINBO: no .. here" ;; esac
          case ${path%%/*} in
            *[*?[]* | *'\'*)
              wild=1
              [ "${path%%/*}" = "$path" ] || refuse "LINBO: no pattern here" ;;
            linbocmd) guarded=1 ;;
          esac
        }

        @UPLOAD@

        before() {
          count=0 i=1 dry=0 wild= guarded= paths= request=$RSYNC_REQUEST
          while eval "[ -n \"\${RSYNC_ARG$i+x}\" ]"; do
            eval "argument=\$RSYNC_ARG$i"
            i=$((i + 1))
            case $argument in
              --dry-run) dry=1 ;;
              --*) ;;
              -*) case ${argument%%e.*} in *n*) dry=1 ;; esac ;;
              .) [ -z "$paths" ] || look .; paths=1 ;;
              *) look "$argument"; [ -z "$paths" ] || count=$((count + 1)) ;;
            esac
          done
          [ -z "$wild" ] || [ "$count" = 1 ] || refuse "LINBO: no pattern here"
          [ "$count" != 1 ] || request=$path

          if [ "$RSYNC_MODULE_NAME" != linbo ]; then
            upload
            note
            return
          fi
          case $count:$path in
            1:linbocmd/*)
              name=${path#linbocmd/}
              case $name in *[!A-Za-z0-9.-]* | .*) refuse "LINBO: no such command file" ;; *.cmd) ;; *) refuse "LINBO: no such command file" ;; esac
              if [ -f "$root/$path" ]; then
                [ "$dry" = 1 ] || after="once $path"
                ask
                [ "$answer" = yes ] || { after=; refuse "LINBO: these commands are for another PC"; }
              fi ;;
            1:boot/grub/spool/*.grub.cfg | 1:tmp/start.conf_* | 1:tmp/*_linbo.log | 1:tmp/*_patch.log | 1:tmp/*_image.log | 1:tmp/*_image.status)
              case ${path##*/} in
                *[!A-Za-z0-9._+-]* | .*) ;;
                *)
                  # Only directly in these directories: the name is removed afterwards.
                  case ${path%/*} in boot/grub/spool | tmp) after="gone $path"; ask ;; esac ;;
              esac ;;
            1:tmp/linbo.log | 1:tmp/image.status | 1:tmp/hwinfo.gz | 1:*'#.reboot')
              ask ;;
            1:*.reg)
              [ -z "$guarded" ] || refuse "LINBO: these commands are for another PC"
              [ ! -f "$root/$path" ] || ask ;;
            *)
              [ -z "$guarded" ] || refuse "LINBO: these commands are for another PC" ;;
          esac
          note
        }

        after() {
          [ -f "$run" ] || exit 0
          IFS= read -r after < "$run"
          case $after in
            'once '*) [ "$RSYNC_RAW_STATUS" != 0 ] || rm -f -- "$root/${after#once }" ;;
            'gone '*) rm -f -- "$root/${after#gone }" ;;
            'take '*) receive ;;
            'pc '*) registered ;;
          esac
          : > "$home/spool/$RSYNC_PID.$$.end"
          mv "$run" "$home/spool/$RSYNC_PID.$$.${RSYNC_EXIT_STATUS:-255}"
        }

        case $1 in
          before) before ;;
          after) after 2>/dev/null ;;
        esac
        exit 0

        """;
}
