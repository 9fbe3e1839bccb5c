# shellcheck shell=bash
# Read by docker/test.sh: what happens when parts die.
running() { [ "$("$engine" inspect -f '{{.State.Running}}' "$(name "$1")")" = true ]; }
pid_of() { "$engine" inspect -f '{{.State.Pid}}' "$(name "$1")"; }
# As a crash is: the engine was asked for nothing.
killed() {
  local pid
  pid=$(pid_of "$1")
  kill -KILL "$pid"
  sleep 1
  until_true 15 running "$1" || { echo "the engine did not start it again"; return 1; }
  [ "$(pid_of "$1")" != "$pid" ]
}
for service in "${services[@]}"; do
  check "$service is killed and started again" killed "$service"
  running "$service" || "$engine" start "$(name "$service")" > /dev/null 2>&1
  check "  and becomes healthy" until_true 90 healthy "$service"
  for part in database cache tftp rsync hooks ssh; do check "  and $part works" until_true 60 works "$part"; done
done
check "the image is still there" has_image hand

cache_away() { curl -s "http://$server:8080/ready" | jq -e '.cache.status == "Degraded"'; }
"$engine" stop -t 5 "$(name cache)" > /dev/null 2>&1
check "without the cache the portal says so" until_true 60 cache_away
check "and works on" api hosts
"$engine" stop -t 5 "$(name portal)" > /dev/null 2>&1
# An upload while the portal is away: the daemon takes it, and the portal takes it in later.
away_upload() {
  sed 's/hand\.qcow2/away.qcow2/' "$work/hand.qcow2.info" > "$work/away.qcow2.info"
  put "$work/hand.qcow2" away/away.qcow2 && put "$work/away.qcow2.info" away/away.qcow2.info
}
check "an upload while the portal is away is taken" away_upload
check "without the portal files are still handed out" rsync_get
"$engine" stop -t 5 "$(name db)" > /dev/null 2>&1
# In the wrong order: the portal before its database.
"$engine" start "$(name portal)" > /dev/null 2>&1
sleep 3
for service in db cache; do "$engine" start "$(name "$service")" > /dev/null 2>&1; done
for service in "${services[@]}"; do check "started in the wrong order, $service becomes healthy" until_true 120 healthy "$service"; done
check "what was uploaded meanwhile is an image" until_true 60 has_image away

# What the start costs is judged by its computing time: the clock would judge what else the machine has to do.
most_ready=5
ready_in() {
  local start cost
  "$engine" stop -t 15 "$(name portal)" > /dev/null 2>&1
  start=$(date +%s%N)
  "$engine" start "$(name portal)" > /dev/null 2>&1
  until [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "http://$server:8080/ready")" = 200 ]; do
    [ $((($(date +%s%N) - start) / 1000000)) -lt 120000 ] || return 1
    sleep 0.05
  done
  cost=$(awk -v tick="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15) / tick }' "/proc/$(child_of portal)/stat")
  echo "$((($(date +%s%N) - start) / 1000000)) ms, with $cost s of computing time" > "$work/ready"
  awk -v cost="$cost" -v most="$most_ready" 'BEGIN { exit !(cost < most) }' || { echo "$cost s"; return 1; }
}
check "the portal is ready after less than $most_ready s of computing time" ready_in
say "         it was ready after $(cat "$work/ready" 2> /dev/null || echo "no time that is known")"
