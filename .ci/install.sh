#!/usr/bin/env bash
# install.sh PACKAGE…: installs Debian packages as root without starting or enabling a service of theirs:
# the portal and the tests start what they need themselves, on ports and with files of their own.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
undo=()
clean_up() { [ ${#undo[@]} = 0 ] || rm -f "${undo[@]}"; }
trap clean_up EXIT

# Maintainer scripts ask this before they start a service.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  undo+=(/usr/sbin/policy-rc.d)
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi

# PostgreSQL's package would make a cluster of its own, which nobody here uses.
no_cluster=/etc/postgresql-common/createcluster.d/linboportal.conf
if [[ " $* " == *" postgresql "* && ! -e $no_cluster ]]; then
  undo+=("$no_cluster")
  mkdir -p "$(dirname "$no_cluster")"
  echo 'create_main_cluster = false' > "$no_cluster"
fi

services=(dnsmasq tftpd-hpa atftpd isc-dhcp-server isc-dhcp-server6 kea-dhcp4-server nginx rsync redis-server)
before=$(systemctl list-unit-files --state=enabled --no-legend 2>/dev/null | awk '{ print $1 }' || true)
# Package lists may be old or absent: one update, then the install.
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" > /dev/null

if [ -d /run/systemd/system ]; then
  for service in "${services[@]}"; do
    if grep -qx "$service.service" <<< "$before"; then continue; fi
    systemctl disable --quiet "$service.service" 2>/dev/null || true
  done
fi
