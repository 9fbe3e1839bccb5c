namespace LinboPortal.Infrastructure.Distribution;

internal static partial class RsyncHookScript
{
    /// <summary>
    /// Uploads: which names, one at a time for each image, only where there is room; afterwards what is whole goes on by a rename. The lock is a
    /// file "client process start": it holds while that process of rsync lives, and a minute longer, in which the rest of the set comes.
    /// </summary>
    private const string UploadPart = """
        up=@UPLOADS@
        reserve=@RESERVE@

        # When a process was started, so that its number given to another one is not taken for it.
        started() {
          stat=
          read -r stat 2>/dev/null < "/proc/$1/stat" || return 0
          # shellcheck disable=SC2086
          set -- ${stat##*) }
          shift 19 2>/dev/null || return 0
          printf '%s' "$1"
        }

        own() {
          [ "$(id -u)" != 0 ] || chown nobody:nogroup "$1"
        }

        refuse_upload() {
          after="why $1"
          refuse "LINBO: $2"
        }

        megabytes_free() {
          # shellcheck disable=SC2046
          set -- $(stat -f -c '%a %S' "$up" 2>/dev/null)
          [ $# = 2 ] || return 0
          printf '%s' $(($1 * $2 / 1048576))
        }

        upload() {
          [ "$count" = 1 ] && [ -z "$wild" ] || refuse_upload BadName "one file at a time, please"
          case $path in *[!A-Za-z0-9._/-]*) refuse_upload BadName "that is no name of an image" ;; esac
          case $path in
            */*.new) refuse_upload BadName "that is no name of a PC" ;;
            *.new) register; return ;;
            images/*/*) ;;
            *) refuse_upload BadName "only images are taken, as images/NAME/NAME.qcow2" ;;
          esac
          rest=${path#images/} base=
          base=${rest%%/*} file=${rest#*/}
          case $base in '' | .* | -* | *. | *..* | [Tt][Mm][Pp]) refuse_upload BadName "that is no name of an image" ;; esac
          [ ${#base} -le 100 ] || refuse_upload BadName "that name is too long"
          image=$file
          case $file in *.info | *.desc | *.hash | *.torrent) image=${file%.*} ;; esac
          case $image in
            "$base.qcow2" | "$base.qdiff" | "$base.iso") ;;
            *) refuse_upload BadName "that is no file of the image $base" ;;
          esac
          [ "$dry" = 0 ] || return 0
          [ "$file" != "$image" ] || room
          exec 9> "$up/locks/.gate"
          flock -w 5 9 || refuse_upload Locked "the server is busy, please try again"
          lock
          mkdir -p "$up/in/images/$base" && own "$up/in/images/$base"
          # A new image makes an earlier one worthless that still waits for its .info: it must never go with the .info of this one.
          [ "$file" != "$image" ] || rm -f -- "$up/arrived/$base/$image" "$up/arrived/$base/$image".*
          # What a killed transfer left behind; nobody else writes here while the lock is ours.
          rm -f -- "$up/in/images/$base/.$file."*
          printf '%s %s %s\n' "$RSYNC_HOST_ADDR" "$RSYNC_PID" "$(started "$RSYNC_PID")" > "$up/locks/$base"
          exec 9>&-
          after="take $base $file"
        }

        # What somebody registers at a PC waits for a person on the page "New PCs".
        register() {
          case ${path%.new} in '' | -* | *[!A-Za-z0-9_-]*) refuse_upload BadName "that is no name of a PC" ;; esac
          [ ${#path} -le 68 ] || refuse_upload BadName "that name is too long"
          [ "$dry" = 0 ] || return 0
          waiting=$(find "$up/new" -type f 2>/dev/null | wc -l)
          [ "$waiting" -lt 500 ] || refuse_upload Locked "too many PCs wait, please try again later"
          rm -f -- "$up/in/$path" "$up/in/.$path."*
          after="pc $path"
        }

        # A line, not a flood.
        registered() {
          new=$up/in/${after#pc }
          if [ "$RSYNC_RAW_STATUS" = 0 ] && [ -f "$new" ] && [ ! -L "$new" ] && [ "$(stat -c %s "$new")" -le 4096 ]; then
            chmod 600 "$new" && mv -f -- "$new" "$up/new/$(date +%s%N),$RSYNC_HOST_ADDR"
          else
            rm -rf -- "$new"
          fi
        }

        # One PC at a time for each image. A client is free before the hook of its former file has run, which must not be lost: so the former process gets
        # five seconds to end by itself. Then the PC has given up that transfer, whatever the server still waits for; its hook still runs.
        lock() {
          waited=0
          while address='' pid='' start='' && read -r address pid start 2>/dev/null < "$up/locks/$base"; do
            [ -n "$start" ] && [ "$(started "$pid")" = "$start" ] || break
            [ "$address" = "$RSYNC_HOST_ADDR" ] || refuse_upload Locked "the PC $address is uploading this image, please try again later"
            waited=$((waited + 1))
            [ "$waited" != 100 ] || give_up "$pid"
            [ "$waited" -lt 200 ] || refuse_upload Locked "the server is busy with the file before this one, please try again"
            flock -u 9
            sleep 0.05
            flock -w 5 9 || refuse_upload Locked "the server is busy, please try again"
          done
          [ -n "$address" ] && [ "$address" != "$RSYNC_HOST_ADDR" ] || return 0
          # The rest of the other PC's set may still come.
          [ -z "$(find "$up/locks/$base" -mmin -1 2>/dev/null)" ] ||
            refuse_upload Locked "the PC $address is uploading this image, please try again later"
          rm -rf -- "$up/in/images/$base" "$up/arrived/$base"
        }

        # Ends the transfer of a process of rsync, and not the process, which runs the hook afterwards.
        give_up() {
          children=
          read -r children 2>/dev/null < "/proc/$1/task/$1/children"
          for child in $children; do
            name=
            read -r name 2>/dev/null < "/proc/$child/comm"
            [ "$name" != rsync ] || kill "$child" 2>/dev/null
          done
        }

        # The portal knows how large it will be; without it the image that is there tells.
        room() {
          ask
          case $answer in full*) refuse_upload NoSpace "not enough room on the server: ${answer#full }" ;; esac
          [ "$answer" != yes ] || return 0
          old=$(stat -L -c %s "$root/images/$base/$image" 2>/dev/null)
          free=$(megabytes_free)
          [ -z "$free" ] || [ "$free" -gt $((${old:-0} / 1048576 + reserve)) ] ||
            refuse_upload NoSpace "not enough room on the server: $free MB are free"
        }

        # After a transfer: what is whole goes on, what is not stays for the PC to go on with.
        receive() {
          # shellcheck disable=SC2086
          set -- $after
          base=$2 file=$3 in=$up/in/images/$2
          exec 9> "$up/locks/.gate"
          flock 9
          address='' pid='' start=''
          read -r address pid start 2>/dev/null < "$up/locks/$base"
          # Another transfer has taken over.
          [ "$pid" = "$RSYNC_PID" ] || return
          touch "$up/locks/$base"
          if [ "$RSYNC_RAW_STATUS" = 0 ]; then
            if [ -f "$in/$file" ] && [ ! -L "$in/$file" ]; then
              mkdir -p "$up/arrived/$base"
              mv -f -- "$in/$file" "$up/arrived/$base/$file"
              gather
            else
              rm -rf -- "${in:?}/$file"
            fi
          elif free=$(megabytes_free) && [ -n "$free" ] && [ "$free" -lt "$reserve" ]; then
            # The disk is needed more than the beginning of a file.
            rm -rf -- "$in"
          fi
          rmdir "$in" 2>/dev/null
        }

        # Image and .info are a set, whichever came last.
        gather() {
          arrived=$up/arrived/$base
          case $file in *.info) image=${file%.info} ;; *) image=$file ;; esac
          [ -f "$arrived/$image" ] && [ -f "$arrived/$image.info" ] || return 0
          set="$base,$(date +%s%N),$RSYNC_HOST_ADDR"
          mkdir -p "$up/sets/.$set" && mv -f -- "$arrived/$image" "$arrived/$image.info" "$up/sets/.$set/" && mv -- "$up/sets/.$set" "$up/sets/$set"
          rmdir "$arrived" 2>/dev/null
        }
        """;
}
