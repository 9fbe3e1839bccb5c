#!/bin/sh
# Waits for the portal's first start, which writes the configuration; later it starts with what is there, whether the portal runs or not.
set -eu
config=${RSYNC_DIRECTORY:-/var/lib/linboportal-rsync}/rsyncd.conf
[ -s "$config" ] || echo "Waiting for $config, which the portal writes" >&2
while [ ! -s "$config" ]; do sleep 1; done
exec rsync --daemon --no-detach --config="$config"
