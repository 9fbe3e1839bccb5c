#!/bin/bash
# healthy PORT WORD: whether what listens there greets with the word; for http, whether /health is answered with 200.
set -euo pipefail
exec 3<> "/dev/tcp/127.0.0.1/$1"
if [ "$2" = http ]; then
  printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  read -r -t 4 line <&3
  [[ $line == *' 200 '* ]]
else
  read -r -t 4 line <&3
  [[ $line == "$2"* ]]
fi
