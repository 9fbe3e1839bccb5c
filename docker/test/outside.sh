# shellcheck shell=bash
# Read by docker/test.sh: a network namespace that stands for the school's network. It reaches the published ports as PCs do, and nothing else.
outside=linbo-test-outside
server=10.177.0.1
client=10.177.0.101
client_mac=52:54:00:77:01:01
outside_pids=()

outside_up() {
  ip netns add "$outside" &&
    ip -n "$outside" link set lo up &&
    ip link add linbo-test type veth peer name eth0 netns "$outside" &&
    ip addr add "$server/24" brd + dev linbo-test && ip link set linbo-test up &&
    ip -n "$outside" link add br0 type bridge forward_delay 0 &&
    ip -n "$outside" link set eth0 master br0 up &&
    ip -n "$outside" addr add 10.177.0.2/24 brd + dev br0 && ip -n "$outside" link set br0 up
}

outside_down() {
  local pid
  for pid in "${outside_pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  ip link del linbo-test 2> /dev/null || true
  ip netns del "$outside" 2> /dev/null || true
}

from_outside() { ip netns exec "$outside" "$@"; }

# open_ports: the TCP ports that answer out there, one a line.
open_ports() { from_outside python3 test/open_ports.py "$server"; }

# dhcp_up FILE: Debian's dnsmasq with the configuration that the portal writes for it.
dhcp_up() {
  dnsmasq --keep-in-foreground --conf-file="$1" --user=root --pid-file= --port=0 --dhcp-leasefile="$work/leases" --log-facility=- \
    --interface=linbo-test --bind-interfaces > "$work/dnsmasq.log" 2>&1 &
  dhcp_pid=$!
  outside_pids+=("$dhcp_pid")
}

# client_up: a PC with BIOS, an empty disk and nothing but its network card to start from.
client_up() {
  ip -n "$outside" tuntap add pc mode tap && ip -n "$outside" link set pc master br0 up
  truncate -s 1G "$work/disk.raw"
  pc_up
}

# pc_up: switches it on.
pc_up() {
  ip netns exec "$outside" qemu-system-x86_64 -name pc -nodefaults -display none -machine q35 -accel tcg,thread=multi,tb-size=256 -cpu max -m 1024 \
    -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng -serial "file:$work/serial.log" \
    -netdev tap,id=net,ifname=pc,script=no,downscript=no -device "virtio-net-pci,netdev=net,mac=$client_mac,bootindex=1" \
    -drive "if=none,id=disk,format=raw,cache=unsafe,file=$work/disk.raw" -device virtio-blk-pci,drive=disk -device VGA > "$work/qemu.log" 2>&1 &
  pc_pid=$!
  outside_pids+=("$pc_pid")
}

# client_says PATTERN: whether its serial console shows it.
client_says() { tr -d '\r' < "$work/serial.log" | grep -aqE "$1" || { tail -c 600 "$work/serial.log"; return 1; }; }
