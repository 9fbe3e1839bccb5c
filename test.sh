#!/usr/bin/env bash
# ./test.sh [filter]: installs what the tests need, checks the format, builds, runs all tests.
# With a filter only the tests whose full name contains it. The last line is: N passed, N failed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=.ci/prepare.sh
. .ci/prepare.sh
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
filter=${1:-}

require_dotnet
install_missing postgres:postgresql rsync:rsync grub-mknetdir:grub-common \
  /usr/lib/grub/i386-pc/pxe.mod:grub-pc-bin /usr/lib/grub/x86_64-efi/efinet.mod:grub-efi-amd64-bin \
  node:nodejs npm:npm setpriv:util-linux ip:iproute2 iptables:iptables curl:curl git:git ps:procps \
  tftp:tftp-hpa in.tftpd:tftpd-hpa atftp:atftp atftpd:atftpd dnsmasq:dnsmasq-base dhcpd:isc-dhcp-server \
  kea-dhcp4:kea-dhcp4-server nginx:nginx-light wrk:wrk ssh-keygen:openssh-client \
  chromium:chromium /usr/share/fonts/truetype/liberation*:fonts-liberation \
  qemu-system-x86_64:qemu-system-x86 /usr/share/OVMF/OVMF_CODE*:ovmf /usr/lib/ipxe/qemu/*virtio*:ipxe-qemu \
  /usr/share/seabios/bios*.bin:seabios /bin/busybox:busybox-static dropbear:dropbear-bin cpio:cpio zstd:zstd \
  depmod:kmod grub-script-check:grub-common shellcheck:shellcheck

work=$(mktemp -d -t linboportal-test.XXXXXX)
trap 'rm -rf "$work"' EXIT

if [ -z "$filter" ]; then
  say "Checking the format"
  shellcheck -x run.sh test.sh .ci/run .ci/*.sh tests/pxe/*.sh
  dotnet format LinboPortal.sln --verify-no-changes
fi

say "Building (warnings are errors)"
dotnet build LinboPortal.sln -c Release -v quiet --nologo
# What dotnet publish makes is what people run, so the browser and PXE tests run that.
dotnet publish LinboPortal/LinboPortal.csproj -c Release --no-build -o "$work/portal" -v quiet --nologo
export LINBOPORTAL_PUBLISHED="$work/portal"

passed=0 failed=0 skipped=0
count() { awk -v name="$1:" '$1 == name { sum += $2 } END { print sum + 0 }' "$2"; }

run_project() {
  local name=$1 log="$work/$1.log" code=0 arguments=(--no-progress --output Normal)
  # Exit code 8 says that no test of this project matches the filter.
  [ -z "$filter" ] || arguments+=(--filter-method "*$filter*" --ignore-exit-code 8)
  "tests/$name/bin/Release/net10.0/$name" "${arguments[@]}" 2>&1 | tee "$log" || code=$?
  local bad
  bad=$(count failed "$log")
  # A test process that dies has no summary: that is a failure, too.
  if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + $(count succeeded "$log")))
  failed=$((failed + bad))
  skipped=$((skipped + $(count skipped "$log")))
}

for project in Core.Tests Infrastructure.Tests Tests EndToEnd; do
  run_project "LinboPortal.$project"
done

if [ $((passed + failed)) = 0 ]; then
  say "No test has a name with \"$filter\" in it."
  failed=1
fi
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary+=", $skipped skipped"
# In CI everything can run, so a test that was skipped is a mistake.
[ "${CI:-}" != true ] || [ "$skipped" = 0 ] || failed=1
echo "$summary"
[ "$failed" = 0 ]
