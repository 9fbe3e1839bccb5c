#!/bin/sh
# Makes the host key once, tells sessions where the portal is, and becomes sshd.
set -eu
umask 077
[ -s /etc/ssh/keys/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -C linboportal-ssh -f /etc/ssh/keys/ssh_host_ed25519_key
exec /usr/sbin/sshd -D -e -o "SetEnv=LINBOPORTAL_URL=${LINBOPORTAL_URL:-http://portal:8080}"
