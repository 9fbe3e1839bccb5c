# shellcheck shell=bash
# Read by docker/test.sh: the profile dhcp, beside a DHCP server that knows nothing of booting, as a router's.
if [ -z "$qemu" ]; then
  skipped "the profile dhcp: it needs the PC that boots"
else
  # What has served so far goes: it named the boot file itself.
  kill "$pc_pid" "$dhcp_pid" 2> /dev/null || true
  wait "$pc_pid" "$dhcp_pid" 2> /dev/null || true
  dhcp_service() {
    if [ "$engine" = docker ]; then "${compose[@]}" up -d --no-build --no-deps dhcp && return; fi
    # podman-compose 1.0 asks for a network beside the host's, which podman refuses: the same words without it.
    podman run -d --name "${project}_dhcp_1" --network host --init --read-only --read-only-tmpfs=false --security-opt no-new-privileges --cap-drop ALL \
      --cap-add "$(sed -n 's/^    cap_add: \[\(.*\)\]$/\1/p' compose.yaml | tr -d ' ')" --tmpfs /run:mode=1777 --tmpfs /tmp:mode=1777 \
      -e LINBO_SERVER_IP -e DHCP_NETWORK --health-cmd "grep -qi ':0043 ' /proc/net/udp" linboportal/dhcp:test
  }
  check "the dhcp service starts" dhcp_service
  check "dhcp becomes healthy" until_true 60 healthy dhcp
  # Capabilities in the kernel's order: CHOWN is bit 0. SETGID 6, SETUID 7, NET_BIND_SERVICE 10, NET_ADMIN 12, NET_RAW 13.
  named_capabilities() { grep -qE '^CapBnd:\s+00000000000034c0$' "/proc/$(child_of dhcp)/status" || { grep Cap "/proc/$(child_of dhcp)/status"; return 1; }; }
  check "dhcp: the five capabilities that compose.yaml explains, and no other" named_capabilities
  not_root() { grep -qE '^Uid:(\s+[1-9][0-9]*){4}$' "/proc/$(child_of dhcp)/status"; }
  check "dhcp: gives root up" not_root
  check "dhcp: its root cannot be written" unwritable dhcp

  # The school's own server: addresses and names, not a word about booting.
  ip netns exec "$outside" dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file= --port=0 --dhcp-leasefile="$work/school.leases" \
    --log-facility=- --log-dhcp --interface=br0 --bind-interfaces --dhcp-range=10.177.0.0,static --dhcp-host="$client_mac,$client,r101-pc01" \
    --dhcp-option=40,lab1 > "$work/school.log" 2>&1 &
  outside_pids+=($!)
  mv "$work/serial.log" "$work/serial-before.log"
  pc_up
  check "a PC boots with what the proxy adds to another server's answer" until_true 240 client_says 'PXE: init'
  offered() { "$engine" logs "$(name dhcp)" 2>&1 | grep -F "$client_mac proxy"; }
  check "the proxy answered it" offered
  # A UEFI PC is told of another file.
  check "and names the boot file of each firmware" from_outside python3 test/pxe_ask.py br0 10.177.0.2
  "$engine" stop -t 5 "$(name dhcp)" > /dev/null 2>&1
fi
