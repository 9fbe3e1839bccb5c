# shellcheck shell=bash
# Read by docker/test.sh: what PCs do with the stack, by the published ports alone.
tree() { "$engine" exec -i "$(name portal)" sh -c "cat > /srv/linbo/$1"; }
qemu=
if command -v qemu-system-x86_64 > /dev/null && command -v dnsmasq > /dev/null && [ -e /dev/net/tun ]; then
  qemu=1
  install -m 600 "$LINBO_SECRETS/ssh_key" "$work/ssh_key"
  ssh-keygen -y -f "$work/ssh_key" > "$work/ssh_key.pub"
  check "a PC's kernel and initramfs are made" "${build_with[@]}" bash ../tests/pxe/make-client.sh "$work/client" "$work/ssh_key.pub"
else
  mkdir -p "$work/client"
  for file in linbo64 linbofs64; do head -c 3000000 /dev/urandom > "$work/client/$file"; done
fi
put_in() { tree linbo64 < "$work/client/linbo64" && tree linbofs64 < "$work/client/linbofs64"; }
check "kernel and initramfs are put in" put_in
same() { cmp "$work/client/linbo64" "$work/$1"; }
tftp_get() { from_outside curl -sf --max-time 60 "tftp://$server/linbo64" -o "$work/by-curl" && same by-curl; }
check "a file comes by TFTP through the published port (curl)" tftp_get
tftp_hpa_get() { (cd "$work" && from_outside tftp -m binary "$server" -c get linbo64 by-tftp) && same by-tftp; }
if command -v tftp > /dev/null; then check "and for tftp-hpa" tftp_hpa_get; else skipped "tftp-hpa: no tftp (apt-get install tftp-hpa)"; fi
http_get() { from_outside curl -sf "http://$server:8080/linbo/linbo64" -o "$work/by-http" && same by-http; }
check "a file comes by HTTP" http_get
rsync_get() { from_outside rsync -q "rsync://$server/linbo/linbo64" "$work/by-rsync" && same by-rsync; }
check "a file comes by rsync from its container" rsync_get

printf 'r101;r101-pc01;lab1;%s;%s;;;;classroom-studentcomputer;;1;;;;;\n' "$client_mac" "$client" > "$work/devices.csv"
echo '10.177.0.0/24;10.177.0.254;10.177.0.200;10.177.0.220;;;SETUP' > "$work/subnets.csv"
cat > "$work/start.conf.lab1" << 'E'
[LINBO]
Group = lab1
Cache = /dev/disk0p2
RootTimeout = 600
DownloadType = rsync
KernelOptions = quiet console=ttyS0
[Partition]
Dev = /dev/disk0p1
Label = system
Size = 1G
Id = 83
FSType = ext4
[Partition]
Dev = /dev/disk0p2
Label = cache
Id = 83
FSType = ext4
[OS]
Name = Debian
BaseImage = lab.qcow2
Root = /dev/disk0p1
Kernel = boot/vmlinuz
Initrd = boot/initrd.img
E
taken_in() { api import/apply -X POST -F "files=@$work/devices.csv" -F "files=@$work/subnets.csv" -F "files=@$work/start.conf.lab1"; }
check "devices.csv, subnets.csv and start.conf are taken in" taken_in
start_conf() { from_outside rsync -q "rsync://$server/linbo/start.conf.lab1" "$work/start.conf.got" && grep -q '^Group = lab1' "$work/start.conf.got"; }
check "a PC rsyncs its start.conf" until_true 30 start_conf

state() { [ "$(api "hosts/r101-pc01" | jq -r .state)" = "$1" ] || { api "hosts/r101-pc01"; return 1; }; }
# job COMMANDS: sends them to the PC as a job, and waits for its end.
job() {
  local number answer end=$((SECONDS + 240))
  answer=$(jq -n --arg commands "$1" '{target: "host:r101-pc01", commands: $commands, confirmed: true}' |
    curl -s "http://$server:8080/api/v1/jobs" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data-binary @-)
  number=$(jq -re '.number // .job.number' <<< "$answer") || { echo "$answer"; return 1; }
  while [ $SECONDS -lt $end ]; do
    answer=$(api "jobs/$number" | jq -c .job)
    case $(jq -r .state <<< "$answer") in
      Done | done) [ "$(jq -r '.counts.done' <<< "$answer")" != 1 ] || return 0 ;;&
      Done | done | Failed | failed | Cancelled | cancelled) echo "$answer"; api "jobs/$number/runs"; return 1 ;;
    esac
    sleep 1
  done
  echo "job $number did not end: $answer"
  return 1
}
has_image() { api images | jq -e --arg name "$1" '[.. | strings] | any(. == $name or . == $name + ".qcow2")' || { api images; return 1; }; }
if [ -n "$qemu" ]; then
  api dhcp/dnsmasq > "$work/dnsmasq.conf"
  dhcp_up "$work/dnsmasq.conf"
  client_up
  check "a PC boots by TFTP and HTTP through the published ports" until_true 240 client_says 'PXE: init'
  check "and rsyncs its start.conf" until_true 60 client_says 'PXE: start.conf md5='
  check "and is in state LINBO" until_true 90 state Linbo
  check "a job partitions and formats its disk" job partition,format
  check "a job makes an image there and uploads it through the rsync container" job 'create_image:1:"first",upload_image:1'
  check "and it is an image of the portal" until_true 60 has_image lab
  boots() { [ "$(tr -d '\r' < "$work/serial.log" | grep -ac 'PXE: ready')" -ge "$1" ]; }
  check "a job restarts it" job reboot
  check "and it boots again" until_true 240 boots 2
  check "and is in state LINBO again" until_true 90 state Linbo
else
  skipped "a PC that boots: it needs qemu-system-x86, dnsmasq and /dev/net/tun"
fi

upload_password=$(cat "$LINBO_SECRETS/rsync_password")
# put FILE PATH: uploads it as a PC would.
put() { RSYNC_PASSWORD=$upload_password from_outside rsync -q "$1" "rsync://linbo@$server/linbo-upload/images/$2"; }
upload() {
  "$engine" exec "$(name portal)" sh -c 'qemu-img create -q -f qcow2 /tmp/x 16M && cat /tmp/x && rm /tmp/x' > "$work/hand.qcow2"
  printf '["hand.qcow2" Info File]\ntimestamp="202611251200"\nimage="hand.qcow2"\nimagesize="%s"\npartition="/dev/sda1"\npartitionsize="1000"\n' \
    "$(stat -c %s "$work/hand.qcow2")" > "$work/hand.qcow2.info"
  put "$work/hand.qcow2" hand/hand.qcow2 && put "$work/hand.qcow2.info" hand/hand.qcow2.info
}
check "rsync uploads an image with the password" upload
check "and the portal takes it in" until_true 60 has_image hand
by_wrong_password() { RSYNC_PASSWORD=wrong from_outside rsync -q "$work/client/linbo64" "rsync://linbo@$server/linbo-upload/images/hand/hand.qcow2"; }
check "a wrong password is refused" not by_wrong_password
