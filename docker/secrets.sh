#!/usr/bin/env bash
# docker/secrets.sh [DIRECTORY]: makes the secrets of the stack in docker/secrets. What is there stays: run it as often as you like.
set -euo pipefail
directory=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}
umask 077
mkdir -p "$directory"
chmod 700 "$directory" # the way in is closed; the files themselves must be readable for the accounts within the containers
random() { LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c "$1" || true; }
# keep FILE CONTENT…: writes a file that is not there.
keep() {
  local file=$directory/$1
  if [ -e "$file" ]; then echo "kept  $file"; return; fi
  "${@:2}" > "$file.new"
  chmod 444 "$file.new"
  mv "$file.new" "$file"
  echo "made  $file"
}
new_key() {
  local key
  key=$(mktemp -d)
  ssh-keygen -q -t ed25519 -N '' -C linboportal -f "$key/key"
  cat "$key/key"
  rm -rf "$key"
}
keep db_password random 32
keep rsync_password random 20
keep admin_password random 20
keep grafana_password random 20
keep ssh_key new_key
# Public keys of the administrators who may use the shell of the ssh container, one a line.
keep ssh_authorized_keys true
echo "The portal's first administrator is 'admin' with the password in $directory/admin_password."
