#!/bin/sh
# Called by rsync before and after each transfer. Written by LinboPortal at each start; changes are lost.
# shellcheck disable=SC1003,SC1007,SC2015,SC2154
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
    answer=$(curl -s -f -m "${patience:-@PATIENCE@}" --noproxy '*' -H "@$home/api.header" -H 'Content-Type: text/plain' \
      --data-binary "@$run" "$api?process=$RSYNC_PID" 2>/dev/null | head -n 1)
    return 0
  fi
  read -r portal 2>/dev/null < "$home/portal.pid" || return 0
  kill -0 "$portal" 2>/dev/null || return 0
  mkfifo -m 600 "$home/ask/.$RSYNC_PID" 2>/dev/null || return 0
  # Opened for both directions it waits for nobody, and an answer that comes early stays in it.
  exec 3<> "$home/ask/.$RSYNC_PID"
  mv "$home/ask/.$RSYNC_PID" "$home/ask/$RSYNC_PID"
  answer=$(timeout "${patience:-@PATIENCE@}" head -n 1 <&3)
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

# Uploads. A PC sends image, .info, .desc, .hash, .torrent, each in a transfer of its own. An upload begins with the transfer of its image, and from
# then on it has a number, which only grows. Below $up:
#   in/images/BASE             what the present transfer writes; no other one ever wrote to this directory
#   series/IMAGE,NUMBER,PC     what has come whole of an upload; the portal takes it once image and .info are there
#   late/BASE,NUMBER,PC        what came after that; number 0 for a description that is sent by itself
#   locks/BASE                 whose transfer it is: PC PROCESS STARTED NUMBER IMAGE BEGAN BASIS FILE; FILE is - when its end was seen to
# Each step is one rename, so that a hook may be killed anywhere: the next one, or the portal, finds what is whole by the files themselves.
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
  process=$(started "$RSYNC_PID")
  # Who may not upload takes no lock either. A description that is sent by itself begins no upload, and belongs to none.
  case $file in
    "$image") admit ;;
    *.desc)
      read_lock
      { [ "$address $of" = "$RSYNC_HOST_ADDR $image" ] && lately "$up/locks/$base"; } || admit ;;
  esac
  close_gate
  lock
  settle
  if [ "$file" = "$image" ]; then new_series; else join_series; fi
  exec 9>&-
  after="take $base $file"
}

# One hook at a time, and no hook while the portal looks.
close_gate() {
  exec 9> "$up/locks/.gate"
  flock -w 5 9 || refuse_upload Locked "the server is busy, please try again"
}

read_lock() {
  address='' pid='' start='' number='' of='' began='' basis='' transfer=''
  read -r address pid start number of began basis transfer 2>/dev/null < "$up/locks/$base"
  case $number in '' | *[!0-9]*) number=0 ;; esac
}

# write_lock PC PROCESS STARTED NUMBER IMAGE BASIS FILE, and when, by the clock that files are written with.
write_lock() {
  fresh=$up/locks/.$base.new
  : > "$fresh" && now=$(stat -c %.9Y "$fresh") &&
    printf '%s %s %s %s %s %s %s %s\n' "$1" "$2" "${3:--}" "$4" "$5" "${now%.*}${now#*.}" "$6" "$7" > "$fresh" && mv -f -- "$fresh" "$up/locks/$base"
}

refuse_full() {
  refuse_upload NoSpace "not enough room on the server"
}

# An image begins an upload. What the former one of this image lacks it never gets: it must not go with what belongs to this one.
new_series() {
  next_number || refuse_full
  [ "$address" = "$RSYNC_HOST_ADDR" ] || rm -rf -- "$up/in/images/$base"
  for former in "$up/series/$image,"*; do
    [ -e "$former/$image.info" ] || rm -rf -- "$former"
  done
  write_lock "$RSYNC_HOST_ADDR" "$RSYNC_PID" "$process" "$number" "$image" 0 - || refuse_full
  room
  mkdir "$up/series/$image,$number,$RSYNC_HOST_ADDR" && fresh_directory "$image" &&
    write_lock "$RSYNC_HOST_ADDR" "$RSYNC_PID" "$process" "$number" "$image" "$basis" "$file" || refuse_full
}

# The other files belong to the upload of this PC that brought their image within the last minute: nobody makes another image in that time. A .info is
# sent once: a second one may be of an image whose transfer never reached this hook. A description may be sent by itself, when somebody has edited it.
join_series() {
  [ "$address $of" = "$RSYNC_HOST_ADDR $image" ] && { [ -n "$landed" ] || lately "$up/locks/$base"; } || number=0
  series=$up/series/$image,$number,$RSYNC_HOST_ADDR
  case $file in
    *.info)
      [ -f "$series/$image" ] && mkdir "$series/info.begun" 2>/dev/null ||
        refuse_upload NoImage "its image has not arrived whole just before it, please upload both again" ;;
    *.desc) ;;
    *) [ "$number" != 0 ] || refuse_upload NoImage "its image did not come before it, please upload both again" ;;
  esac
  fresh_directory '' && write_lock "$RSYNC_HOST_ADDR" "$RSYNC_PID" "$process" "$number" "$image" 0 "$file" || refuse_full
}

# Greater than all before, also where the clock was set back.
next_number() {
  last=
  read -r last 2>/dev/null < "$up/locks/.number"
  case $last in '' | *[!0-9]*) last=0 ;; esac
  number=$(date +%s%N)
  [ "$number" -gt "$last" ] || number=$((last + 1))
  printf '%s\n' "$number" > "$up/locks/.number.new" && mv -f -- "$up/locks/.number.new" "$up/locks/.number"
}

# A directory that no process of an earlier transfer can reach, should one live on: those stay in theirs, which goes. What a PC had sent of an image
# when it was cut off comes along, so that rsync sends the rest; its time is one that no file has, so that rsync never takes it for the new one.
fresh_directory() {
  basis=0 here=$up/in/images/$base next=$up/series/.next.$base gone=$up/series/.gone.$base.$RSYNC_PID
  rm -rf -- "$next" "$up/series/.gone.$base."*
  mkdir -- "$next" && own "$next" || return 1
  if [ -n "$1" ] && [ -f "$here/$1" ] && [ ! -L "$here/$1" ]; then
    touch -h -d "@$(($(date +%s%N) % 100000000 + 1))" -- "$here/$1" && mv -- "$here/$1" "$next/$1" && basis=$(stat -c %i "$next/$1") || return 1
  fi
  [ ! -e "$here" ] || mv -T -- "$here" "$gone" || return 1
  mv -T -- "$next" "$here" || return 1
  rm -rf -- "$gone"
}

# Less than a minute ago; a time to come is that of a clock that was set back.
lately() {
  changed=$(stat -c %Y "$1" 2>/dev/null) || return 1
  age=$(($(date +%s) - changed))
  [ "$age" -ge 0 ] && [ "$age" -lt 60 ]
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
  while read_lock && [ -n "$address" ] && [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]; do
    [ "$address" = "$RSYNC_HOST_ADDR" ] || refuse_upload Locked "the PC $address is uploading this image, please try again later"
    waited=$((waited + 1))
    [ "$waited" != 100 ] || give_up "$pid"
    [ "$waited" -lt 200 ] || refuse_upload Locked "the server is busy with the file before this one, please try again"
    flock -u 9
    sleep 0.05
    flock -w 5 9 || refuse_upload Locked "the server is busy, please try again"
  done
  [ -n "$address" ] && [ "$address" != "$RSYNC_HOST_ADDR" ] || return 0
  # The rest of the other PC's files may still come; and of its processes some may live on that write.
  if lately "$up/locks/$base" || [ -n "$(find "$up/in/images/$base" -name '.*' -type f -mmin -1 2>/dev/null)" ]; then
    refuse_upload Locked "the PC $address is uploading this image, please try again later"
  fi
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

# Whether this PC may send this image: the portal knows the jobs. While it is away an open time for uploads at PCs counts, and the portal looks again when
# it takes the image in; else the PC waits for it, for not much longer than it takes to start.
admit() {
  patience=5 tries=0 most=@TRIES@
  while ask; [ -z "$answer" ]; do
    until=
    read -r until 2>/dev/null < "$home/upload-window"
    case $until in '' | *[!0-9]*) until=0 ;; esac
    [ "$(date +%s)" -ge "$until" ] || return 0
    tries=$((tries + 1))
    [ "$tries" -lt "$most" ] || refuse_upload NotPermitted "the server cannot look now whether this PC may upload, please try again"
    sleep 1
  done
  case $answer in
    'no '*) forget_own ;;
  esac
  case $answer in
    'no NotRegistered') refuse_upload NotRegistered "this PC is not registered on the server" ;;
    'no '*) refuse_upload NotPermitted "no job uploads this image from this PC; open a time for uploads on the page Images" ;;
  esac
}

# What this PC sent of the image before is not to go with the .info of the one that is refused now.
forget_own() {
  close_gate
  read_lock
  series=$up/series/$image,$number,$RSYNC_HOST_ADDR
  if [ "$address $of" = "$RSYNC_HOST_ADDR $image" ] && [ ! -e "$series/$image.info" ]; then rm -rf -- "$series"; fi
  exec 9>&-
}

# The portal knows how large it will be, and has said so when it was asked; without it the image that is there tells.
room() {
  case $answer in full*) refuse_upload NoSpace "not enough room on the server: ${answer#full }" ;; esac
  [ "$answer" != yes ] || return 0
  old=$(stat -L -c %s "$root/images/$base/$image" 2>/dev/null)
  free=$(megabytes_free)
  [ -z "$free" ] || [ "$free" -gt $((${old:-0} / 1048576 + reserve)) ] ||
    refuse_upload NoSpace "not enough room on the server: $free MB are free"
}

# Puts what has come whole to its upload: place NUMBER IMAGE PC FILE
place() {
  series=$up/series/$2,$1,$3
  if [ ! -d "$series" ]; then
    case $4 in
      # It was given up for a newer one.
      "$2" | "$2.info") return 1 ;;
    esac
    series=$up/late/$base,$1,$3
    mkdir -p -- "$series" || return 1
  fi
  mv -f -- "$up/in/images/$base/$4" "$series/$4"
}

# The transfer before this one may have come whole although its hook was killed. rsync gives a file the sender's time in the same step as its name;
# what it gave up has the time 0, what it keeps although its sum is wrong has the time of its writing, and what was there before is the basis.
settle() {
  landed='' was=$up/in/images/$base/$transfer
  [ -n "$transfer" ] && [ "$transfer" != - ] && [ -f "$was" ] && [ ! -L "$was" ] || return 0
  # shellcheck disable=SC2046
  set -- $(stat -c '%i %.9Y %.9Z' "$was")
  [ $# = 3 ] && [ "$1" != "$basis" ] || return 0
  written=${2%.*}${2#*.} changed=${3%.*}${3#*.}
  [ "$written" -ne 0 ] && { [ "$written" -lt "$began" ] || [ "$written" -gt "$changed" ]; } || return 0
  # It may have been on its way for hours; what counts for the files after it is when it came.
  [ $(($(date +%s) - ${3%.*})) -ge 60 ] || landed=$3
  place "$number" "$of" "$address" "$transfer"
}

# After a transfer: what is whole goes on, what is not stays for the PC to go on with.
receive() {
  # shellcheck disable=SC2086
  set -- $after
  base=$2 file=$3 in=$up/in/images/$2
  exec 9> "$up/locks/.gate"
  flock 9
  read_lock
  # Another transfer has taken over.
  [ "$pid" = "$RSYNC_PID" ] || return
  if [ "$RSYNC_RAW_STATUS" = 0 ]; then
    # Where the file is the one that lay there before, rsync has sent nothing.
    if [ -f "$in/$file" ] && [ ! -L "$in/$file" ] && [ "$(stat -c %i "$in/$file")" != "$basis" ]; then
      place "$number" "$of" "$address" "$file"
    else
      rm -rf -- "${in:?}/$file"
    fi
  elif free=$(megabytes_free) && [ -n "$free" ] && [ "$free" -lt "$reserve" ]; then
    # The disk is needed more than the beginning of a file.
    rm -rf -- "$in"
  fi
  write_lock "$address" "$pid" "$start" "$number" "$of" 0 - || touch "$up/locks/$base"
  rmdir "$in" 2>/dev/null
}

before() {
  count=0 i=1 dry=0 wild= guarded= paths= request=$RSYNC_REQUEST
  while eval "[ -n \"\${RSYNC_ARG$i+x}\" ]"; do
    eval "argument=\$RSYNC_ARG$i"
    i=$((i + 1))
    case $argument in
      --dry-run) dry=1 ;;
      --*) ;;
      -*)
        # Letters behind one that takes a value (-e, -f, -B, -M, -T, -@) are its value.
        case ${argument%%[efBMT@]*} in *n*) dry=1 ;; esac ;;
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
