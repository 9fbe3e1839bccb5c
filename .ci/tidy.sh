# shellcheck shell=bash
# Read by test.sh: finds and ends what tests started and did not end, by number. WORK is the folder that all of it knows by TMPDIR or by a path.

# ours WORK: numbers of processes that were started with that TMPDIR, or have the folder on their command line (PostgreSQL writes over the former).
ours() {
  local file
  grep -lzxF "TMPDIR=$1/tmp" /proc/[0-9]*/environ 2> /dev/null | cut -d / -f 3
  for file in /proc/[0-9]*/cmdline; do
    if grep -qaF "$1/" "$file" 2> /dev/null; then echo "$file" | cut -d / -f 3; fi
  done
}

# is_below PROCESS: whether it is this script, or was started by it and belongs to it still.
is_below() {
  local process=$1
  while [ "${process:-0}" -gt 1 ]; do
    [ "$process" != $$ ] || return 0
    process=$(awk '$1 == "PPid:" { print $2 }' "/proc/$process/status" 2> /dev/null)
  done
  return 1
}

# described WORK: those processes with their command lines, without this script and what it runs just now.
described() {
  local process line
  for process in $(ours "$1" | sort -un); do
    line=$(tr '\0' ' ' 2> /dev/null < "/proc/$process/cmdline" | cut -c 1-200)
    if [ -n "$line" ] && ! is_below "$process"; then echo "$process $line"; fi
  done
}

# left_running WORK: those that are no compiler.
left_running() { described "$1" | grep -vE 'VBCSCompiler|MSBuild|/nodemode:' || true; }

# left_namespaces: network namespaces of tests whose process is no more.
left_namespaces() {
  local name process
  for name in /run/netns/lp[a-z][0-9]*; do
    name=${name##*/}
    process=$(sed -nE 's/^lp[a-z]([0-9]+)x.*/\1/p' <<< "$name")
    if [ -n "$process" ] && [ ! -d "/proc/$process" ]; then echo "$name"; fi
  done
}

# tidy WORK: ends and removes all of it, and says what it was but for compilers.
tidy() {
  local found mount name process
  found=$(left_running "$1")
  for process in $(described "$1" | cut -d ' ' -f 1); do kill "$process" 2> /dev/null || true; done
  for _ in $(seq 50); do
    [ -n "$(described "$1")" ] || break
    sleep 0.1
  done
  for process in $(described "$1" | cut -d ' ' -f 1); do kill -KILL "$process" 2> /dev/null || true; done
  while read -r mount; do
    if umount -l "$mount" 2> /dev/null; then found+=$'\n'"mounted: $mount"; fi
  done < <(awk -v work="$1/" 'index($2, work) == 1 { print $2 }' /proc/mounts)
  while read -r name; do
    if ip netns del "$name" 2> /dev/null; then found+=$'\n'"network namespace: $name"; fi
  done < <(left_namespaces)
  sed '/^$/d' <<< "$found"
}

# names_of_skipped REPORT…: skipped tests of xUnit's reports with the reason, a line each.
names_of_skipped() {
  awk '
    BEGIN { RS = "<test " }
    /result="Skip"/ {
      name = $0; sub(/.*name="/, "", name); sub(/".*/, "", name)
      reason = $0
      if (reason ~ /<reason>/) { sub(/.*<reason>(<!\[CDATA\[)?/, "", reason); sub(/(\]\]>)?<\/reason>.*/, "", reason) } else reason = "no reason"
      print "skipped  " name ": " reason
    }' "$@"
}
