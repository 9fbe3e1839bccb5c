#!/usr/bin/env bash
# make-client.sh OUT PUBLIC_KEY: builds a network-boot client from Debian's packages, as a stand-in for LINBO:
# OUT/linbo64 (Debian's kernel) and OUT/linbofs64 (busybox, rsync, dropbear, and what images need). Nothing is installed.
set -euo pipefail
out=$1 public_key=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/linboportal-tests/kernel
root=$(mktemp -d -t linboportal-client.XXXXXX)
trap 'rm -rf "$root"' EXIT
mkdir -p "$out"

# The kernel's package is unpacked, not installed: its scripts would make an initramfs for this machine.
fetch_kernel() {
  local package download=$root/deb
  mkdir -p "$download" "$(dirname "$cache")"
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
  # apt reads downloads as its own user, which may not enter a private folder.
  (cd "$download" && apt-get -o APT::Sandbox::User=root download "$package" >/dev/null && dpkg -x ./*.deb "$root/kernel")
  rm -rf "$download" "$cache"
  mv "$root/kernel" "$cache"
}
compgen -G "$cache/boot/vmlinuz-*" >/dev/null || fetch_kernel
version=$(basename "$(compgen -G "$cache/lib/modules/*" | head -n 1)")
[ -s "$cache/lib/modules/$version/modules.dep" ] || depmod -b "$cache" "$version"

fs=$root/fs
mkdir -p "$fs"/{bin,sbin,usr/bin,usr/sbin,etc/dropbear,etc/udhcpc,root/.ssh,proc,sys,dev,tmp,run,var/run,mnt,cache}

# add_program FILE DIRECTORY: a program with the libraries it is linked to.
add_program() {
  local library
  cp -L "$1" "$fs/$2/"
  while read -r library; do
    mkdir -p "$fs$(dirname "$library")"
    [ -e "$fs$library" ] || cp -L "$library" "$fs$library"
  done < <(ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | sort -u)
}
add_program /bin/busybox bin
while read -r applet; do
  [ "$applet" = busybox ] || ln -sf busybox "$fs/bin/$applet"
done < <(/bin/busybox --list)
ln -sf ../bin/busybox "$fs/sbin/modprobe"
add_program "$(command -v rsync)" usr/bin
for program in qemu-img parted partprobe mke2fs e2fsck kexec dropbear; do
  add_program "$(PATH=$PATH:/usr/sbin:/sbin command -v "$program")" usr/bin
done

for module in virtio_pci virtio_net virtio_blk virtio_rng ext4 crc32c_generic e1000 e1000e 8139cp af_packet efivarfs; do
  while read -r file; do
    mkdir -p "$(dirname "$fs${file#"$cache"}")"
    cp "$file" "$fs${file#"$cache"}"
  done < <(modprobe -d "$cache" -S "$version" --show-depends "$module" 2>/dev/null | awk '$1 == "insmod" { print $2 }')
done
cp "$cache/lib/modules/$version"/modules.{order,builtin} "$fs/lib/modules/$version/"
depmod -b "$fs" "$version"

install -m 755 "$here/client-init" "$fs/init"
install -m 755 "$here/client-udhcpc" "$fs/etc/udhcpc/default.script"
install -m 755 "$here"/{linbo_wrapper,fill-system,gui_ctl} "$fs/usr/bin/"
echo 'root:x:0:0:root:/root:/bin/sh' > "$fs/etc/passwd"
echo 'root:x:0:' > "$fs/etc/group"
echo /bin/sh > "$fs/etc/shells"
install -m 600 "$public_key" "$fs/root/.ssh/authorized_keys"
chmod 700 "$fs/root" "$fs/root/.ssh"
# As update-linbofs does: the host key lies in LINBO's configuration directory, where the portal knows it from.
host_key="$(dirname "$public_key")/dropbear_ed25519_host_key"
[ -f "$host_key" ] || dropbearkey -t ed25519 -f "$host_key" >/dev/null 2>&1
install -m 600 "$host_key" "$fs/etc/dropbear/dropbear_ed25519_host_key"

cp "$cache/boot/vmlinuz-$version" "$out/linbo64"
(cd "$fs" && find . | cpio -o -H newc -R 0:0 --quiet | zstd -q -T0 -6) > "$out/linbofs64"
