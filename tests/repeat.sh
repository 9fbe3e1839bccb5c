#!/usr/bin/env bash
# tests/repeat.sh RUNS [LOADED]: runs the whole suite so many times, the last LOADED of them beside a load (LINBOPORTAL_TEST_LOAD=1; "all" for all),
# and prints a table. It goes on after a failure; the output of each run that failed is kept, and the table says where.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
runs=${1:?how many runs}
loaded=${2:-0}
[ "$loaded" != all ] || loaded=$runs
kept=$(mktemp -d -t linboportal-runs.XXXXXX)
printf '%-4s %-8s %7s %7s %8s %8s %-6s %s\n' run load passed failed skipped seconds before output | tee "$kept/table"
bad=0
for ((run = 1; run <= runs; run++)); do
  load=0
  [ "$run" -le $((runs - loaded)) ] || load=1
  read -r _ _ _ _ _ _ five < <(awk '{ print 0, 0, 0, 0, 0, 0, $2 }' /proc/loadavg)
  start=$SECONDS code=0
  LINBOPORTAL_TEST_LOAD=$load ./test.sh > "$kept/$run" 2>&1 || code=$?
  last=$(tail -n 1 "$kept/$run")
  number() { sed -nE "s/.*\\b([0-9]+) $1\\b.*/\\1/p" <<< "$last"; }
  passed=$(number passed) failed=$(number failed) skipped=$(number skipped)
  output=
  if [ $code != 0 ] || [ "${failed:-1}" != 0 ]; then
    bad=$((bad + 1))
    output=$kept/$run
  else
    rm "$kept/$run"
  fi
  printf '%-4s %-8s %7s %7s %8s %8s %-6s %s\n' "$run" "$([ $load = 1 ] && echo "2 busy" || echo none)" "${passed:--}" "${failed:--}" "${skipped:-0}" $((SECONDS - start)) "$five" "$output" | tee -a "$kept/table"
done
echo "$((runs - bad)) of $runs runs without a failure; the table lies in $kept/table"
[ $bad = 0 ]
