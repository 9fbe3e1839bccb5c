#!/usr/bin/env bash
# ./run.sh [settings]: installs what is missing, builds Release, starts the portal.
# Settings are passed on, for example: ./run.sh --Urls=http://0.0.0.0:80 --Portal:DataDirectory=/srv/portal
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=.ci/prepare.sh
. .ci/prepare.sh

# fingerprint: names, sizes and times of all that the published program is made from.
fingerprint() {
  find LinboPortal LinboPortal.Core LinboPortal.Infrastructure Directory.*.props global.json -type f \
    -not -path '*/bin/*' -not -path '*/obj/*' -not -path '*/node_modules/*' -not -path '*/wwwroot/lib/*' \
    -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum
}

publish() {
  if [ -x .publish/LinboPortal ] && [ "$(cat .publish.stamp 2>/dev/null)" = "$(fingerprint)" ]; then return; fi
  say "Building (the first time takes a minute or two)"
  local sources
  sources=$(fingerprint)
  rm -rf .publish.new
  if ! dotnet publish LinboPortal/LinboPortal.csproj -c Release -o .publish.new -v quiet --nologo >&2; then
    say "The build failed; the lines above say where."
    exit 1
  fi
  rm -rf .publish
  mv .publish.new .publish
  printf '%s\n' "$sources" > .publish.stamp
}

# given KEY ARGUMENTS…: whether a setting is set by argument or by environment (A:B is A__B there).
given() {
  local key=$1 argument variable
  shift
  variable=${key//:/__}
  for argument in "$@"; do
    case ${argument,,} in "--${key,,}="* | "--${key,,}" | "${key,,}="*) return 0 ;; esac
  done
  printenv "$variable" >/dev/null
}

require_dotnet
install_missing postgres:postgresql rsync:rsync grub-mknetdir:grub-common \
  /usr/lib/grub/i386-pc/pxe.mod:grub-pc-bin /usr/lib/grub/x86_64-efi/efinet.mod:grub-efi-amd64-bin /usr/lib/ipxe/ipxe.lkrn:ipxe \
  node:nodejs npm:npm setpriv:util-linux /usr/share/zoneinfo/Europe/Berlin:tzdata
publish

if [ "$(id -u)" != 0 ] && [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 69 ]; then
  defaults=()
  given Boot:Tftp:Port "$@" || defaults+=(--Boot:Tftp:Port=10069)
  given Distribution:Rsync:Port "$@" || defaults+=(--Distribution:Rsync:Port=10873)
  if [ ${#defaults[@]} -gt 0 ]; then
    say "Not root, so not on the ports that clients know: ${defaults[*]}. For real PCs start it as root."
    set -- "${defaults[@]}" "$@"
  fi
fi

# exec lets Ctrl-C and SIGTERM reach it directly.
exec .publish/LinboPortal "$@"
