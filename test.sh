#!/usr/bin/env bash
# ./test.sh [filter]: installs what the tests need, checks the format, builds, runs all tests.
# With a filter only the tests whose full name contains it. The last line is: N passed, N failed
# LINBOPORTAL_TEST_LOAD=1 ./test.sh runs them beside two busy processes: nothing may depend on how fast the machine is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=.ci/prepare.sh
. .ci/prepare.sh
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
filter=${1:-}

require_dotnet
install_missing postgres:postgresql rsync:rsync grub-mknetdir:grub-common \
  /usr/lib/grub/i386-pc/pxe.mod:grub-pc-bin /usr/lib/grub/x86_64-efi/efinet.mod:grub-efi-amd64-bin /usr/lib/ipxe/ipxe.lkrn:ipxe \
  node:nodejs npm:npm setpriv:util-linux /usr/share/zoneinfo/Europe/Berlin:tzdata ip:iproute2 iptables:iptables curl:curl git:git ps:procps \
  tftp:tftp-hpa atftp:atftp dnsmasq:dnsmasq-base dhcpd:isc-dhcp-server \
  kea-dhcp4:kea-dhcp4-server nginx:nginx-light wrk:wrk ssh-keygen:openssh-client openssl:openssl redis-server:redis-server \
  chromium:chromium /usr/share/fonts/truetype/liberation*:fonts-liberation \
  qemu-system-x86_64:qemu-system-x86 /usr/share/OVMF/OVMF_CODE*:ovmf /usr/lib/ipxe/qemu/*virtio*:ipxe-qemu \
  /usr/share/seabios/bios*.bin:seabios /bin/busybox:busybox-static dropbear:dropbear-bin /usr/sbin/sshd:openssh-server cpio:cpio zstd:zstd \
  depmod:kmod qemu-img:qemu-utils aria2c:aria2 parted:parted mke2fs:e2fsprogs mkfs.btrfs:btrfs-progs kexec:kexec-tools grub-script-check:grub-common shellcheck:shellcheck

work=$(mktemp -d -t linboportal.XXXXXX)
# shellcheck source=.ci/tidy.sh
. .ci/tidy.sh
load=()
clean_up() {
  [ ${#load[@]} = 0 ] || kill "${load[@]}" 2>/dev/null || true
  tidy "$work" > /dev/null
  rm -rf "$work"
}
trap clean_up EXIT
tidy "$work" > /dev/null # what a run before this one left, which was killed
trap 'exit 130' INT
trap 'exit 143' TERM
# Portals that tests kill leave sockets of .NET behind. PostgreSQL and rsync run as others and must get through.
chmod 711 "$work"
mkdir -m 1777 "$work/tmp"
export TMPDIR="$work/tmp"

if [ -z "$filter" ]; then
  say "Checking the format"
  shellcheck -x run.sh test.sh .ci/run .ci/*.sh tests/*.sh tests/pxe/*.sh LinboPortal.Infrastructure/*/*.sh
  # Style and analyzers are checked by the build, where they are errors; all three at once took minutes.
  dotnet format whitespace LinboPortal.sln --verify-no-changes
fi

say "Building (warnings are errors)"
dotnet build LinboPortal.sln -c Release -v quiet --nologo
# What dotnet publish makes is what people run, so the browser and PXE tests run that.
dotnet publish LinboPortal/LinboPortal.csproj -c Release --no-build -o "$work/portal" -v quiet --nologo
export LINBOPORTAL_PUBLISHED="$work/portal"

if [ "${LINBOPORTAL_TEST_LOAD:-}" = 1 ]; then
  say "Beside a load of two busy processes"
  # They also end when this script was killed and could not end them.
  for _ in 1 2; do
    (while kill -0 $$ 2> /dev/null; do for ((i = 0; i < 200000; i++)); do :; done; done) &
    load+=($!)
  done
fi

# Two projects side by side: while one waits for a PC or a page, the other one works. What hangs ends with a word.
arguments=(--solution LinboPortal.sln -c Release --no-build --max-parallel-test-modules 2 --no-progress --no-ansi --timeout 40m
  --report-xunit-xml --results-directory "$work/results")
# Exit code 8 says that no test of a project matches the filter.
[ -z "$filter" ] || arguments+=(--filter-method "*$filter*" --ignore-exit-code 8)
code=0
dotnet test "${arguments[@]}" 2>&1 | tee "$work/log" || code=$?

# count WORD: a number of the summary that ends the log.
count() { awk -v word="$1:" '/^Test run summary/ { number = 0 } $1 == word { number = $2 } END { print number + 0 }' "$work/log"; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
# A test process that dies has no failed test, and yet it is a failure.
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi

# Compilers wait for more to do; what else is still there was left by a test. The last processes need a moment to go.
for _ in $(seq 30); do
  [ -n "$(left_running "$work")" ] || break
  sleep 1
done
left=$(tidy "$work")
if [ -n "$left" ]; then
  say "Left behind by the tests:"
  say "$left"
  failed=$((failed + 1))
fi

names_of_skipped "$work"/results/*.xunit.xml 2> /dev/null || true
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary+=", $skipped skipped"
verdict=$failed
if [ $((passed + failed + skipped)) = 0 ]; then
  say "No test has a name with \"$filter\" in it."
  verdict=1
fi
# In CI everything can run, so a test that was skipped is a mistake.
[ "${CI:-}" != true ] || [ "$skipped" = 0 ] || verdict=1
echo "$summary"
[ "$verdict" = 0 ]
