# shellcheck shell=bash
# Read by the commands here: whose token they show. All log in to one account, so it is kept by the key that opened the session.
if [ -z "${LINBO_PERSON:-}" ]; then
  LINBO_PERSON=$(awk '$1 == "publickey" { print $3 }' "${SSH_USER_AUTH:-/dev/null}" 2> /dev/null | sha256sum | head -c 16)
fi
export LINBO_PERSON
token=$HOME/.linbo-token-$LINBO_PERSON
need_token() { [ -s "$token" ] || { echo "Sign in first: linbo-login" >&2; exit 2; }; }
