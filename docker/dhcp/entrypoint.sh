#!/bin/sh
# With a file of one's own (from the portal's page Boot, DHCP) that; without one a proxy for the network.
set -eu
if [ -s /etc/linbo-dhcp/dnsmasq.conf ]; then
  exec dnsmasq --keep-in-foreground --log-facility=- --conf-file=/etc/linbo-dhcp/dnsmasq.conf --pid-file= --dhcp-leasefile=/run/dnsmasq.leases
fi
: "${LINBO_SERVER_IP:?is not set}" "${DHCP_NETWORK:?is not set: the network of the PCs, for instance 10.0.0.0}"
# proxy.* are GRUB that knows the portal's address: the other server names itself as the one to load from.
exec dnsmasq --keep-in-foreground --log-facility=- --conf-file=/dev/null --pid-file= --port=0 --log-dhcp --dhcp-leasefile=/run/dnsmasq.leases \
  --dhcp-range="$DHCP_NETWORK,proxy" \
  --dhcp-match=set:efi64,option:client-arch,7 --dhcp-match=set:efi64,option:client-arch,9 \
  --pxe-service=tag:!efi64,x86PC,LINBO,boot/grub/i386-pc/proxy,"$LINBO_SERVER_IP" \
  --pxe-service=tag:efi64,X86-64_EFI,LINBO,boot/grub/x86_64-efi/proxy.efi,"$LINBO_SERVER_IP" \
  --pxe-service=tag:efi64,BC_EFI,LINBO,boot/grub/x86_64-efi/proxy.efi,"$LINBO_SERVER_IP"
