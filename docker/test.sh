#!/usr/bin/env bash
# docker/test.sh: builds the images, starts the stack under a name of its own, and shows that it does what docs/containers.md says: PCs boot from it,
# upload to it, and are commanded through it; each part may die. It needs root, free ports (69, 873, 2222, 3000, 8080, 8443) and a container engine;
# what cannot be tried is said with the word SKIPPED. KEEP=1 leaves the stack running. BUILD_WITH="…": words before the engine's build command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=docker/test/outside.sh
. test/outside.sh
project=linboportal-test services=(db cache rsync ssh portal)
failed=0 passed=0
work=$(mktemp -d -t linboportal-docker.XXXXXX)
say() { printf '%s\n' "$*" >&2; }
skipped() { say "SKIPPED  $*"; }
# check WHAT COMMAND…: one line for each thing that is shown.
check() {
  local what=$1 start=$SECONDS
  shift
  if "$@" > "$work/said" 2>&1; then
    passed=$((passed + 1))
    say "passed   $what$([ $((SECONDS - start)) -lt 5 ] || echo " ($((SECONDS - start)) s)")"
  else
    failed=$((failed + 1))
    say "FAILED   $what"
    tail -c 2000 "$work/said" >&2
  fi
}
# until_true SECONDS COMMAND…
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do [ $SECONDS -lt $end ] || { "$@"; return 1; }; sleep 0.5; done
}
not() { ! "$@"; }
# The last line, however the script ends: what stops it in the middle is a failure, too.
is_over=0
down() { rm -rf "$work"; }
finish() {
  local code=$?
  trap - EXIT
  if [ "$is_over" = 0 ]; then
    failed=$((failed + 1))
    say "FAILED   the script ended in the middle, with $code"
  fi
  down
  say "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}
over() {
  is_over=1
  exit 0
}
trap finish EXIT

if command -v promtool > /dev/null; then
  check "alert rules are valid" promtool check rules monitoring/rules.yml
  check "alert rules do what they say" promtool test rules monitoring/rules.test.yml
  check "Prometheus' configuration is valid" promtool check config monitoring/prometheus.yml
else
  skipped "alert rules: no promtool (apt-get install prometheus)"
fi
check "dashboards are whole" python3 test/dashboards.py monitoring/dashboards monitoring/grafana-sources.yml
if command -v dclint > /dev/null; then
  check "compose.yaml fits its schema" dclint -c .dclintrc.json compose.yaml
elif [ -n "${DCLINT:-}" ]; then
  check "compose.yaml fits its schema" npx --yes "$DCLINT" -c .dclintrc.json compose.yaml
else
  skipped "schema of compose.yaml: no dclint (npm install -g dclint, or DCLINT=dclint@3.1.0)"
fi

if command -v systemd-analyze > /dev/null; then
  # Without a user and a program of that name on this machine.
  sed 's#^ExecStart=.*#ExecStart=/bin/true#; s#^WorkingDirectory=.*#WorkingDirectory=/#' ../packaging/linboportal.service > "$work/linboportal.service"
  check "the systemd unit is valid" systemd-analyze verify "$work/linboportal.service"
  check "and lets the portal do little (exposure below 3)" systemd-analyze security --offline=true --threshold=30 "$work/linboportal.service"
else
  skipped "the systemd unit: no systemd-analyze"
fi

if docker compose version > /dev/null 2>&1 && docker info > /dev/null 2>&1; then
  engine=docker compose=(docker compose -p "$project")
elif command -v podman > /dev/null && command -v podman-compose > /dev/null; then
  engine=podman compose=(podman-compose --podman-run-args=--read-only-tmpfs=false -p "$project") # as Docker: no tmpfs but those that are named
  export BUILDAH_FORMAT=docker
else
  skipped "everything else: no container engine (Docker with Compose v2, or podman with podman-compose)"
  over
fi
[ "$(id -u)" = 0 ] || { say "The network of the test's PCs needs root."; exit 1; }
say "With $engine"

export LINBO_SECRETS=$work/secrets LINBO_SERVER_IP=$server LINBO_VERSION=test DHCP_NETWORK=10.177.0.0 LINBO_METRICS_NET=172.31.254.0/29
networks=("${project}_linbo-net" "${project}_backend" "${project}_metrics" "${project}_monitoring")
./secrets.sh "$LINBO_SECRETS" > /dev/null
before=$(sha256sum "$LINBO_SECRETS"/*)
./secrets.sh "$LINBO_SECRETS" > /dev/null
check "secrets are never overwritten" [ "$before" = "$(sha256sum "$LINBO_SECRETS"/*)" ]
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
ssh-keygen -q -t ed25519 -N '' -f "$work/stranger"
chmod 644 "$LINBO_SECRETS/ssh_authorized_keys"
cat "$work/key.pub" > "$LINBO_SECRETS/ssh_authorized_keys"

# BUILD=0 takes the images that are there from the last time.
read -ra build_with <<< "${BUILD_WITH:-}"
build() { [ "${BUILD:-1}" = 0 ] || "${build_with[@]}" "$engine" build --network host -f "$1" ${2:+--target "$2"} -t "$3" ..; }
failed_before=$failed
check "the portal's image builds" build portal/Dockerfile portal linboportal/portal:test
check "the ssh image builds" build portal/Dockerfile ssh linboportal/ssh:test
check "the rsync image builds" build rsync/Dockerfile "" linboportal/rsync:test
check "the dhcp image builds" build dhcp/Dockerfile "" linboportal/dhcp:test
# Without them there is no stack to try.
[ "$failed" = "$failed_before" ] || over
# What we add to Microsoft's base, which has about 230 MB; a stand-in for it may have any size.
size() { "$engine" image inspect -f '{{.Size}}' "$1" 2> /dev/null || echo 0; }
base=$(size "$(sed -n 's/^ARG ASPNET=//p' portal/Dockerfile)")
all=$(size linboportal/portal:test)
say "         the portal's image has $((all / 1000000)) MB, $(((all - base) / 1000000)) MB of them on top of its base"
if [ "$base" = 0 ]; then skipped "what the portal adds to its base: the engine keeps no image of that name"
else check "the portal's image is smaller than 400 MB" [ $((all - base)) -lt 170000000 ]; fi
for image in portal ssh; do check "an SBOM lies in the $image image" "$engine" run --rm --entrypoint grep "linboportal/$image:test" -q '"CycloneDX"' /app/sbom.cdx.json; done

down() {
  outside_down
  if [ "${KEEP:-}" != 1 ]; then
    COMPOSE_PROFILES=dhcp "${compose[@]}" down -v > /dev/null 2>&1 || true
    [ "$engine" = docker ] || podman network rm -f "${networks[@]}" > /dev/null 2>&1 || true
    rm -rf "$work"
  fi
}
check "a network outside" outside_up
open_ports | sort > "$work/open-before"
name() { "$engine" ps -a --format '{{.Names}}' | grep -E "^${project}[-_]${1}[-_]1$"; }
# podman leaves health checks to systemd's timers; where there are none we run them.
healthy() {
  local container
  container=$(name "$1")
  [ "$engine" = docker ] || podman healthcheck run "$container" > /dev/null 2>&1 || true
  [ "$("$engine" inspect -f '{{.State.Health.Status}}' "$container")" = healthy ] || { "$engine" logs --tail 15 "$container"; return 1; }
}
# podman-compose hands no addresses on to the networks that it makes.
[ "$engine" = docker ] || podman network exists "${project}_metrics" || podman network create --internal --subnet "$LINBO_METRICS_NET" "${project}_metrics" > /dev/null
check "the stack starts" "${compose[@]}" up -d --no-build "${services[@]}"
for service in "${services[@]}"; do check "$service becomes healthy" until_true 120 healthy "$service"; done
works() { [ "$(curl -s "http://$server:8080/ready" | jq -r --arg part "$1" '.[$part].status')" = Healthy ] || { curl -s "http://$server:8080/ready"; return 1; }; }
for part in database cache tftp rsync hooks ssh disk; do check "the portal says that $part works" until_true 60 works "$part"; done

facts() { "$engine" inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Privileged}} {{.HostConfig.CapAdd}} {{.HostConfig.SecurityOpt}}' "$(name "$1")"; }
isolated() { [[ "$(facts "$1")" =~ ^true\ false\ (\[\]|\<no\ value\>|\<nil\>)\ .*no-new-privileges ]] || { facts "$1"; return 1; }; }
# What the kernel says about the process that works there, not what was asked for.
child_of() {
  local pid child
  pid=$("$engine" inspect -f '{{.State.Pid}}' "$(name "$1")")
  # With an init in front, its first child.
  child=$(tr ' ' '\n' < "/proc/$pid/task/$pid/children" | head -n 1)
  echo "${child:-$pid}"
}
unprivileged() {
  local text
  text=$(cat "/proc/$(child_of "$1")/status")
  if grep -q '^NoNewPrivs:.*1$' <<< "$text" && grep -q '^CapEff:.*0000000000000000$' <<< "$text" && ! grep -qE '^Uid:\s+0\s' <<< "$text"; then return; fi
  grep -E 'Uid|Cap|NoNew' <<< "$text"
  return 1
}
unwritable() { "$engine" exec "$(name "$1")" true && not "$engine" exec "$(name "$1")" sh -c 'touch /written || touch /usr/written || touch /etc/written'; }
for service in "${services[@]}"; do
  check "$service: read-only root, not privileged, no new privileges, nothing added" isolated "$service"
  check "$service: no root, no capability" unprivileged "$service"
  check "$service: its root cannot be written" unwritable "$service"
done

token() {
  jq -n --rawfile password "$LINBO_SECRETS/admin_password" '{userName: "admin", password: $password}' |
    curl -sf "http://$server:3000/api/v1/auth/token" -H 'Content-Type: application/json' --data-binary @- | jq -re .token
}
check "the administrator of the secret signs in, by the other port" until_true 30 token
token=$(token || true)
check "pages have their script" curl -sfo /dev/null "http://$server:3000/_framework/blazor.web.js"
api() { curl -sf "http://$server:8080/api/v1/$1" -H "Authorization: Bearer $token" "${@:2}"; }

# address SERVICE NETWORK: where it is there.
address() { "$engine" inspect "$(name "$1")" | jq -re --arg network "_$2" '.[0].NetworkSettings.Networks | to_entries[] | select(.key | endswith($network)) | .value.IPAddress'; }
# Prometheus looks from the first boot on, so that rates have a beginning.
prometheus_up() {
  sed "s/15s/1s/; s/portal:9464/$(address portal metrics):9464/; s#\[rules.yml#[$PWD/monitoring/rules.yml#" monitoring/prometheus.yml > "$work/prometheus.yml"
  prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/prometheus" --web.listen-address=127.0.0.1:9099 --log.level=error > "$work/prometheus.log" 2>&1 &
  outside_pids+=($!)
}
watched() { curl -sf 'http://127.0.0.1:9099/api/v1/query?query=up' | jq -e '.data.result[0].value[1] == "1"'; }
if command -v prometheus > /dev/null; then
  prometheus_up
  check "Prometheus reads the metrics" until_true 30 watched
fi

# shellcheck source=docker/test/pcs.sh
. test/pcs.sh
# shellcheck source=docker/test/shell.sh
. test/shell.sh

if command -v prometheus > /dev/null; then
  check "every panel's query returns data" until_true 20 python3 test/panels.py monitoring/dashboards http://127.0.0.1:9099
  calm() { curl -sf http://127.0.0.1:9099/api/v1/alerts | jq -e '[.data.alerts[] | select(.state == "firing" and .labels.severity == "critical")] == []'; }
  check "no critical alert fires" calm
else
  skipped "every panel's query: no prometheus (apt-get install prometheus)"
fi
skipped "the profile monitoring as containers, and panels that ask Loki: Grafana, Loki and Alloy come as images of others; their files' form is checked above"

# shellcheck source=docker/test/reach.sh
. test/reach.sh
# shellcheck source=docker/test/dhcp.sh
. test/dhcp.sh
# shellcheck source=docker/test/healing.sh
. test/healing.sh
over
