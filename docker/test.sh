#!/usr/bin/env bash
# docker/test.sh: builds the images, starts the stack, and shows that it does what docs/containers.md says. It needs root, free ports (69, 873,
# 2222, 3000, 8080) and a container engine; what cannot be tried is said with the word SKIPPED. KEEP=1 leaves the stack running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
services=(db cache portal rsync ssh)
failed=0 passed=0
say() { printf '%s\n' "$*" >&2; }
skipped() { say "SKIPPED  $*"; }
# check WHAT COMMAND…: one line for each thing that is shown.
check() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then passed=$((passed + 1)); say "passed   $what"; else failed=$((failed + 1)); say "FAILED   $what"; say "${output:0:2000}"; fi
}
# until_true SECONDS COMMAND…
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do [ $SECONDS -lt $end ] || { "$@"; return 1; }; sleep 1; done
}
finish() {
  say "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

if command -v promtool > /dev/null; then
  check "alert rules are valid" promtool check rules monitoring/rules.yml
  check "alert rules do what they say" promtool test rules monitoring/rules.test.yml
  check "Prometheus' configuration is valid" promtool check config monitoring/prometheus.yml
else
  skipped "alert rules: no promtool (apt-get install prometheus)"
fi
if command -v dclint > /dev/null; then
  check "compose.yaml fits its schema" dclint -c .dclintrc.json compose.yaml
elif [ -n "${DCLINT:-}" ]; then
  check "compose.yaml fits its schema" npx --yes "$DCLINT" -c .dclintrc.json compose.yaml
else
  skipped "schema of compose.yaml: no dclint (npm install -g dclint)"
fi

if docker compose version > /dev/null 2>&1 && docker info > /dev/null 2>&1; then
  engine=docker compose=(docker compose)
elif command -v podman > /dev/null && command -v podman-compose > /dev/null; then
  engine=podman compose=(podman-compose -p linboportal)
  export BUILDAH_FORMAT=docker
else
  skipped "everything else: no container engine (Docker with Compose v2, or podman with podman-compose)"
  finish
  exit
fi
say "With $engine"

./secrets.sh > /dev/null
before=$(sha256sum secrets/*)
./secrets.sh > /dev/null
check "secrets are never overwritten" [ "$before" = "$(sha256sum secrets/*)" ]
address=${LINBO_SERVER_IP:-$(hostname -I | awk '{ print $1 }')}
[ -n "$address" ] || address=127.0.0.1
export LINBO_SERVER_IP=$address
ours=(linboportal/portal:0.1.0 linboportal/rsync:0.1.0 linboportal/ssh:0.1.0)
# Where packages come through a proxy of this machine (its own network and certificates), the build uses this machine's network.
read -ra build_options <<< "${BUILD_OPTIONS:-}"
build() { "$engine" build --network host "${build_options[@]}" -f "$1" ${2:+--target "$2"} -t "$3" ..; }
check "the portal's image builds" build portal/Dockerfile portal "${ours[0]}"
check "the ssh image builds" build portal/Dockerfile ssh "${ours[2]}"
check "the rsync image builds" build rsync/Dockerfile "" "${ours[1]}"
check "the dhcp image builds" build dhcp/Dockerfile "" linboportal/dhcp:0.1.0
size() { [ "$("$engine" image inspect -f '{{.Size}}' "${ours[0]}")" -lt 400000000 ] || { "$engine" image inspect -f '{{.Size}}' "${ours[0]}"; return 1; }; }
check "the portal's image is smaller than 400 MB" size
check "an SBOM lies in it" "$engine" run --rm --entrypoint grep "${ours[0]}" -q '"CycloneDX"' /app/sbom.cdx.json

down() { [ "${KEEP:-}" = 1 ] || "${compose[@]}" down -v > /dev/null 2>&1 || true; }
trap down EXIT
name() { "$engine" ps -a --format '{{.Names}}' | grep -E "^linboportal[-_]$1[-_]1$"; }
# podman leaves health checks to systemd's timers; where there are none we run them.
healthy() {
  local container
  container=$(name "$1")
  [ "$engine" = docker ] || podman healthcheck run "$container" > /dev/null 2>&1 || true
  [ "$("$engine" inspect -f '{{.State.Health.Status}}' "$container")" = healthy ]
}
check "the stack starts" "${compose[@]}" up -d --no-build "${services[@]}"
for service in "${services[@]}"; do check "$service becomes healthy" until_true 120 healthy "$service"; done
part() { curl -sf http://127.0.0.1:8080/ready | jq -e --arg part "$1" '.[$part].status == "Healthy"'; }
for part in database cache tftp rsync disk; do check "the portal says that $part works" until_true 60 part "$part"; done

facts() { "$engine" inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Privileged}} {{.HostConfig.CapAdd}}' "$(name "$1")"; }
isolated() { [[ "$(facts "$1")" =~ ^true\ false\ (\[\]|\<no\ value\>|\<nil\>)$ ]] || { facts "$1"; return 1; }; }
# What the kernel says about the process that works there, not what was asked for.
status() {
  local pid
  pid=$("$engine" inspect -f '{{.State.Pid}}' "$(name "$1")")
  # With an init in front, its first child.
  child=$(tr ' ' '\n' < "/proc/$pid/task/$pid/children" | head -n 1)
  cat "/proc/${child:-$pid}/status"
}
unprivileged() {
  local text
  text=$(status "$1")
  if grep -q '^NoNewPrivs:.*1$' <<< "$text" && grep -q '^CapEff:.*0000000000000000$' <<< "$text" && ! grep -qE '^Uid:\s+0\s' <<< "$text"; then return; fi
  grep -E 'Uid|Cap|NoNew' <<< "$text"
  return 1
}
for service in "${services[@]}"; do
  check "$service: read-only root, not privileged, nothing added" isolated "$service"
  check "$service: no root, no capability, no new privileges" unprivileged "$service"
done

work=$(mktemp -d)
token() {
  jq -n --rawfile password secrets/admin_password '{userName: "admin", password: $password}' |
    curl -sf http://127.0.0.1:3000/api/v1/auth/token -H 'Content-Type: application/json' --data-binary @- | jq -re .token
}
check "the administrator of the secret signs in, by the other port" until_true 30 token
token=$(token || true)
api() { curl -sf "http://127.0.0.1:8080/api/v1/$1" -H "Authorization: Bearer $token" "${@:2}"; }
tree() { "$engine" exec -i "$(name portal)" sh -c "cat > /srv/linbo/$1"; }
head -c 3000000 /dev/urandom > "$work/linbo64"
check "a kernel is put in" tree linbo64 < "$work/linbo64"
tftp_get() { curl -sf --max-time 30 "tftp://$address/linbo64" -o "$work/tftp" && cmp "$work/linbo64" "$work/tftp"; }
check "a file comes by TFTP through the published port" tftp_get
http_get() { curl -sf "http://$address:8080/linbo/linbo64" -o "$work/http" && cmp "$work/linbo64" "$work/http"; }
check "a file comes by HTTP" http_get
rsync_get() { rsync -q "rsync://$address/linbo/linbo64" "$work/rsync" && cmp "$work/linbo64" "$work/rsync"; }
check "a file comes by rsync from its container" rsync_get

metrics() { "$engine" exec "$(name portal)" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9464; printf "GET /metrics HTTP/1.0\r\nHost: x\r\n\r\n" >&3; cat <&3' | grep -q '^linbo_tftp_sent_bytes_total.* 3'; }
check "metrics tell of it on their own port" until_true 20 metrics
closed() { [ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/metrics)" = 404 ]; }
check "and on no other" closed

image() { api images | jq -e '.. | strings | select(. == "lab.qcow2" or . == "lab")'; }
upload() {
  mkdir -p "$work/images/lab"
  head -c 1000000 /dev/urandom > "$work/images/lab/lab.qcow2"
  [ -z "$(command -v qemu-img)" ] || qemu-img create -q -f qcow2 "$work/images/lab/lab.qcow2" 16M
  printf '["lab.qcow2" Info File]\ntimestamp="202611251200"\nimage="lab.qcow2"\nimagesize="%s"\npartition="/dev/sda1"\npartitionsize="1000"\n' \
    "$(stat -c %s "$work/images/lab/lab.qcow2")" > "$work/images/lab/lab.qcow2.info"
  for file in lab.qcow2 lab.qcow2.info; do
    RSYNC_PASSWORD=$(cat secrets/rsync_password) rsync -q "$work/images/lab/$file" "rsync://linbo@$address/linbo-upload/images/lab/$file" || return
  done
}
check "a client uploads an image to the rsync container" upload
check "and the portal takes it in" until_true 60 image
refused() { ! RSYNC_PASSWORD=wrong rsync -q "$work/linbo64" "rsync://linbo@$address/linbo-upload/images/lab/lab.qcow2"; }
check "a wrong password is refused" refused

ssh_key() {
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  cat "$work/key.pub" > secrets/ssh_authorized_keys.test
}
through() { ssh -q -i "$work/key" -p 2222 -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"; }
ssh_refuses() { ssh_key && rm -f secrets/ssh_authorized_keys.test && ! through "linbo@$address" true; }
check "the shell refuses a key that nobody named" ssh_refuses

inside() { "$engine" exec "$(name "$1")" timeout 3 bash -c "exec 3<>/dev/tcp/$2/$3"; }
check "the portal reaches the database" inside portal db 5432
check "the portal reaches the cache" inside portal cache 6379
for other in rsync ssh; do
  check "$other does not reach the database" bash -c "! $(declare -f inside name); engine=$engine; ! inside $other db 5432"
  check "$other does not reach the cache" bash -c "$(declare -f inside name); engine=$engine; ! inside $other cache 6379"
done
published() { "$engine" ps --format '{{.Names}} {{.Ports}}' | grep '^linboportal' | grep -oE '[0-9.]+:[0-9]+->' | sed 's/.*:\([0-9]*\)->/\1/' | sort -nu | tr '\n' ' '; }
named_ports() { [ "$(published)" = "69 873 2222 3000 8080 " ] || { published; return 1; }; }
check "exactly the named ports are published" named_ports

# Each in turn is killed and comes back; then all parts are well again.
for service in "${services[@]}"; do
  "$engine" kill -s KILL "$(name "$service")" > /dev/null
  # An engine without a daemon starts nothing again by itself when it was killed by hand.
  sleep 2
  [ "$("$engine" inspect -f '{{.State.Running}}' "$(name "$service")")" = true ] || "$engine" start "$(name "$service")" > /dev/null
  check "$service comes back" until_true 90 healthy "$service"
  for part in database cache rsync; do check "  and $part works" until_true 60 part "$part"; done
done
check "the image is still there" image
ready_in() {
  local start
  "$engine" restart -t 15 "$(name portal)" > /dev/null
  start=$(date +%s%N)
  until curl -sf http://127.0.0.1:8080/health > /dev/null; do sleep 0.1; [ $((($(date +%s%N) - start) / 1000000)) -lt 60000 ] || return 1; done
  say "         the portal answers $((($(date +%s%N) - start) / 1000000)) ms after its start"
}
check "the portal starts again" ready_in
skipped "a QEMU client that boots through the published ports: tests/LinboPortal.EndToEnd boots one without containers"
skipped "data in every panel of Grafana: needs the images of profile monitoring and a day of a school"
rm -rf "$work"
finish
