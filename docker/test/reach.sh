# shellcheck shell=bash
# Read by docker/test.sh: who reaches whom.
inside() { "$engine" exec "$(name "$1")" timeout 3 bash -c "exec 3<>/dev/tcp/$2/$3"; }
# parted SERVICE OTHER NETWORK PORT: whether the one, which runs, does not reach the other at the address that it really has there.
parted() {
  local there
  there=$(address "$2" "$3") && "$engine" exec "$(name "$1")" true && not inside "$1" "$there" "$4"
}
# ports_from SERVICE ADDRESS: which TCP ports the container finds open there, all of them tried.
ports_from() { nsenter --net="/proc/$("$engine" inspect -f '{{.State.Pid}}' "$(name "$1")")/ns/net" python3 test/open_ports.py "$2" | tr '\n' ' '; }
finds() { local found; found=$(ports_from "$1" "$2"); [ "$found" = "$3" ] || { echo "$1 finds $found"; return 1; }; }
check "the portal reaches the database" inside portal db 5432
check "the portal reaches the cache" inside portal cache 6379
for other in rsync ssh; do
  check "$other reaches the portal" inside "$other" portal 8080
  check "$other does not reach the database" parted "$other" db backend 5432
  check "$other does not reach the cache" parted "$other" cache backend 6379
done
for other in rsync ssh; do
  check "$other finds pages and boot files alone at the portal, not the metrics" finds "$other" "$(address portal linbo-net)" "8080 8443 "
  check "$other does not reach the metrics by the network of Prometheus" parted "$other" portal metrics 9464
done
for inner in db cache; do
  check "$inner does not reach the metrics" parted "$inner" portal backend 9464
  check "$inner reaches nothing outside" not "$engine" exec "$(name "$inner")" timeout 3 sh -c "ping -c 1 10.177.0.2 || exec 3<>/dev/tcp/10.177.0.1/8080"
  check "$inner does not reach rsync" parted "$inner" rsync linbo-net 873
  check "$inner does not reach ssh" parted "$inner" ssh linbo-net 2222
done
closed() { [ "$(curl -s -o /dev/null -w '%{http_code}' "http://$server:8080/metrics")" = 404 ]; }
check "metrics are told on their own port alone" closed
opened() { comm -13 "$work/open-before" <(open_ports | sort) | sort -n | tr '\n' ' '; }
scan() { local found; found=$(opened); [ "$found" = "873 2222 3000 8080 8443 " ] || { echo "$found"; return 1; }; }
check "a scan from outside finds 873, 2222, 3000, 8080 and 8443" scan
published() { "$engine" ps --format '{{.Names}} {{.Ports}}' | grep "^$project" | grep -oE '[0-9]+->[0-9]+/udp' | sed 's/->.*//' | sort -nu | tr '\n' ' '; }
check "of UDP 69 alone is published" [ "$(published)" = "69 " ]
