#!/bin/sh
# Puts the installation's SSH key where LINBO's configuration has it, once, and becomes the portal.
set -eu
umask 077
config=${Linbo__ConfigDirectory:-/etc/linuxmuster/linbo}
if [ -s /run/secrets/ssh_key ] && [ ! -e "$config/id_ed25519" ]; then
  cp /run/secrets/ssh_key "$config/.id_ed25519.new"
  chmod 600 "$config/.id_ed25519.new"
  ssh-keygen -y -f "$config/.id_ed25519.new" > "$config/id_ed25519.pub"
  mv "$config/.id_ed25519.new" "$config/id_ed25519"
fi
exec /app/LinboPortal "$@"
