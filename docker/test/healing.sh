# shellcheck shell=bash
# Read by docker/test.sh: who reaches whom, and what happens when parts die.
inside() { "$engine" exec "$(name "$1")" timeout 3 bash -c "exec 3<>/dev/tcp/$2/$3"; }
address() { "$engine" inspect "$(name "$1")" | jq -re '[.[0].NetworkSettings.Networks[].IPAddress | select(. != "")][0]'; }
check "the portal reaches the database" inside portal db 5432
check "the portal reaches the cache" inside portal cache 6379
for other in rsync ssh; do
  check "$other reaches the portal" inside "$other" portal 8080
  check "$other does not reach the database" not inside "$other" "$(address db)" 5432
  check "$other does not reach the cache" not inside "$other" "$(address cache)" 6379
done
for inner in db cache; do
  check "$inner reaches nothing outside" not "$engine" exec "$(name "$inner")" timeout 3 sh -c "ping -c 1 10.177.0.2 || exec 3<>/dev/tcp/10.177.0.1/8080"
  check "$inner does not reach rsync" not inside "$inner" "$(address rsync)" 873
  check "$inner does not reach ssh" not inside "$inner" "$(address ssh)" 2222
done
closed() { [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$server:8080/metrics")" = 404 ]; }
check "metrics are told on their own port alone" closed
opened() { comm -13 "$work/open-before" <(open_ports | sort) | sort -n | tr '\n' ' '; }
scan() { local found; found=$(opened); [ "$found" = "873 2222 3000 8080 " ] || { echo "$found"; return 1; }; }
check "a scan from outside finds 873, 2222, 3000 and 8080" scan
published() { "$engine" ps --format '{{.Names}} {{.Ports}}' | grep "^$project" | grep -oE '[0-9]+->[0-9]+/udp' | sed 's/->.*//' | sort -nu | tr '\n' ' '; }
check "of UDP 69 alone is published" [ "$(published)" = "69 " ]

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

ready_in() {
  local start took
  "$engine" stop -t 15 "$(name portal)" > /dev/null 2>&1
  start=$(date +%s%N)
  "$engine" start "$(name portal)" > /dev/null 2>&1
  until [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "http://$server:8080/ready")" = 200 ]; do
    [ $((($(date +%s%N) - start) / 1000000)) -lt 60000 ] || return 1
    sleep 0.05
  done
  took=$((($(date +%s%N) - start) / 1000000))
  # What it cost says more than the clock where the machine has other work.
  echo "$took ms, with $(awk -v tick="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15) / tick }' "/proc/$(child_of portal)/stat") s of computing time" > "$work/ready"
  [ $took -lt 5000 ] || { echo "$took ms"; return 1; }
}
check "the portal is ready within 5 s of its container's start" ready_in
say "         it was ready after $(cat "$work/ready")"
