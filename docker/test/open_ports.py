"""open_ports.py ADDRESS: the TCP ports that answer there, one a line."""
import socket, sys

for port in range(1, 65536):
    with socket.socket() as knock:
        knock.settimeout(1)
        if knock.connect_ex((sys.argv[1], port)) == 0:
            print(port)
