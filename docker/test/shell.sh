# shellcheck shell=bash
# Read by docker/test.sh: the administrators' shell in the ssh container.
ssh_from_outside() { from_outside ssh -q -p 2222 -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"; }
at_shell() { ssh_from_outside -i "$work/key" "linbo@$server" "$@"; }
check "the shell lets a named key in" at_shell true
check "and no other" not ssh_from_outside -i "$work/stranger" "linbo@$server" true
check "and nobody by password" not ssh_from_outside -o PubkeyAuthentication=no "linbo@$server" true
check "nobody is root" not ssh_from_outside -i "$work/key" "root@$server" true
# A greeting of the portal would come through.
forwarded() { printf 'GET /health HTTP/1.0\r\n\r\n' | ssh_from_outside -i "$work/key" -W portal:8080 "linbo@$server" | grep HTTP; }
check "nothing is forwarded" not forwarded
check "it is an account of its own" [ "$(at_shell id -u)" = 1655 ]
check "which sees no other secret than the public keys" [ "$(at_shell ls /run/secrets)" = ssh_authorized_keys ]
check "without a token nothing is done" not at_shell linbo-remote -l
signed_in() { at_shell linbo-login --token <<< "$token"; }
check "a token signs in" signed_in
check "linbo-remote lists jobs" at_shell linbo-remote -l
check "dropbear's tools are there" at_shell 'command -v dbclient && command -v dropbearkey'
check "tmux keeps a session" at_shell 'tmux -L test new-session -d -s night "sleep 60" && tmux -L test has-session -t night'
if [ -n "$qemu" ]; then
  on_pc() { [ "$(at_shell linbo-ssh r101-pc01 "'hostname; exec 1>&2; echo aside'")" = r101-pc01 ]; }
  exit_code() { local code=0; at_shell linbo-ssh r101-pc01 "'exit 7'" || code=$?; [ "$code" = 7 ]; }
  check "linbo-ssh runs a command on the PC" on_pc
  check "and gives its exit code back" exit_code
  check "linbo-remote sends a job" at_shell linbo-remote -i r101-pc01 -c partition --yes
  copied() {
    at_shell 'head -c 5000000 /dev/urandom > /tmp/file && linbo-scp -q /tmp/file r101-pc01:/tmp/file && linbo-scp -q r101-pc01:/tmp/file /tmp/back && cmp /tmp/file /tmp/back'
  }
  check "linbo-scp carries a file there and back" copied
  terminal() {
    (sleep 4; printf 'stty size; id -un\r'; sleep 3; printf 'exit\r'; sleep 2) | ssh_from_outside -i "$work/key" -tt "linbo@$server" linbo-ssh r101-pc01 | tr -d '\r' > "$work/terminal"
    grep -qx root "$work/terminal" || { cat "$work/terminal"; return 1; }
  }
  check "linbo-ssh opens a terminal" terminal
  check "a PC that is not there is refused" not at_shell linbo-ssh nobody-pc true
else
  skipped "linbo-ssh and linbo-scp: they need the PC"
fi
