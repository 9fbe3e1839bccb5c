# shellcheck shell=bash
# Read by run.sh and test.sh: what must be on the machine before anything is built.

say() { printf '%s\n' "$*" >&2; }

require_dotnet() {
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; then return; fi
  say "The .NET 10 SDK is missing (found: $(dotnet --version 2>/dev/null || echo none))."
  say "Ubuntu: apt-get install dotnet-sdk-10.0. Debian: add Microsoft's package source first,"
  say "see https://learn.microsoft.com/dotnet/core/install/linux. Then run this again."
  exit 1
}

# have_postgres: Debian keeps the server's programs out of PATH.
have_postgres() { command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

# present TEST: TEST is a program, an absolute path (may hold a star), or the word postgres.
present() {
  case $1 in
    postgres) have_postgres ;;
    /*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
  esac
}

# install_missing TEST:PACKAGE…: installs the packages whose test fails; with nothing missing it is done in no time.
install_missing() {
  local need=() entry
  for entry in "$@"; do present "${entry%%:*}" || need+=("${entry#*:}"); done
  [ ${#need[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "Missing on this machine: ${need[*]} (Debian's names). Install them, then run this again."
    exit 1
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || { ! sudo -n true 2>/dev/null && [ ! -t 0 ]; }; then
      say "Some packages are missing. Run once as root, then run this again:"
      say "  apt-get update && apt-get install -y --no-install-recommends ${need[*]}"
      exit 1
    fi
    as_root=(sudo)
  fi
  say "Installing: ${need[*]}"
  "${as_root[@]}" bash "$prepare_directory/install.sh" "${need[@]}"
}

prepare_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
