# shellcheck shell=bash
# Whoever logs in at a terminal comes back to the session that was left: what runs in it goes on when the line breaks.
case $- in
  *i*)
    . /usr/local/lib/linbo/person.sh
    if [ -z "${TMUX:-}" ] && [ -n "${SSH_TTY:-}" ]; then exec tmux -u -L "$LINBO_PERSON" new-session -A -s linbo; fi
    echo "linbo-login [USER]               sign in with the portal's password, or: linbo-login --token < FILE"
    echo "linbo-remote -r ROOM -c COMMANDS commands for PCs (linbo-remote --help)"
    echo "linbo-ssh PC [COMMAND]           a root shell or a command on a PC"
    echo "linbo-scp FILE PC:/tmp/          files to and from a PC, as rsync does"
    echo "Ctrl-B D leaves this session and lets it run on."
    ;;
esac
