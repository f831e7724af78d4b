#!/usr/bin/env bash
# Tries the Debian package in a virtual machine with a real systemd, an ALSA loopback card and PipeWire: installs it,
# runs the system service and the user service, checks permissions and limits, upgrades and purges it.
#
#   Scripts/vm-test.sh [--debs FOLDER] [--vm FOLDER] [--seconds N]
#
#   --debs FOLDER    where the packages are; default: build/deb, which Scripts/make-deb.sh writes
#   --vm FOLDER      where the machine is made, and used again; default: build/vm
#   --seconds N      give up after N seconds; default: 1500
#
# The machine is emulated, 20 to 40 times slower than this one, so the network is "too slow" in it and few notes arrive.
# Scripts/package-test.sh checks those. Needs root, debootstrap, qemu-system-x86, e2fsprogs and a Debian mirror; takes
# two minutes on two cores, and three more for the first run. The last line is "exit N".
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/debian-root.sh

debs=build/deb vm=build/vm seconds=1500
while [ $# -gt 0 ]; do
    case "$1" in
    --debs) debs=${2:?--debs needs a folder} && shift ;;
    --vm) vm=${2:?--vm needs a folder} && shift ;;
    --seconds) seconds=${2:?--seconds needs a number} && shift ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) echo "vm-test: '$1' is not an option; see Scripts/vm-test.sh --help" >&2 && exit 64 ;;
    esac
    shift
done
require_root vm-test debootstrap qemu-system-x86_64 mkfs.ext4 debugfs
require_packages "$debs"

root=$vm/root
if [ ! -d "$root/usr" ]; then
    make_root "$root" systemd systemd-sysv dbus dbus-user-session libpam-systemd udev kmod procps linux-image-amd64 \
        alsa-utils pipewire pipewire-pulse wireplumber pulseaudio-utils sox
fi
# The machine has no network, so what the package depends on is installed beforehand.
if [ ! -f "$root/test/dependencies-installed" ]; then
    mount -t proc proc "$root/proc"
    trap 'umount "$root/proc" 2>/dev/null || true' EXIT
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir -p "$root/test/debs"
    cp "$debs"/noted_*.deb "$root/test/debs"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    chroot "$root" /bin/sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get update -qq &&
        apt-get install -qq -y --no-install-recommends /test/debs/*.deb && dpkg --purge noted' >"$vm/apt.log" 2>&1 || {
        tail "$vm/apt.log" >&2
        exit 70
    }
    rm "$root/usr/sbin/policy-rc.d"
    umount "$root/proc"
    touch "$root/test/dependencies-installed"
fi
rm -rf "$root/test/debs" "$root/test/newer"
mkdir -p "$root/test/debs" "$root/test/newer"
cp "$debs"/noted_*.deb "$root/test/debs"
dpkg-deb -R "$debs"/noted_*.deb "$vm/newer"
sed -i 's/^Version: .*/&+upgrade/' "$vm/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 -b "$vm/newer" "$root/test/newer" >/dev/null
rm -r "$vm/newer"

printf '/dev/vda / ext4 rw 0 1\n' >"$root/etc/fstab"
printf 'snd-aloop\nsnd-seq\n' >"$root/etc/modules-load.d/sound.conf"
ln -sf /dev/null "$root/etc/systemd/system/serial-getty@ttyS0.service"
install -m 755 Tests/Package/machine.sh "$root/test/test.sh"
cat >"$root/etc/systemd/system/vmtest.service" <<'END'
[Unit]
After=multi-user.target sound.target
[Service]
# The serial line shows the progress, and what was reached when the time is over.
ExecStart=/bin/bash -c '/test/test.sh 2>&1 | tee /test/log >/dev/ttyS0; echo "exit $${PIPESTATUS[0]}" >>/test/log; \
    sync; poweroff -f'
END
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../vmtest.service "$root/etc/systemd/system/multi-user.target.wants/vmtest.service"

rm -f "$vm/disk.img"
truncate -s 3G "$vm/disk.img"
mkfs.ext4 -q -d "$root" "$vm/disk.img"
boot=$root/boot
# no_timer_check: on a busy machine, the kernel concludes that its emulated timer does not work, and hangs.
timeout "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 -nographic -no-reboot -net none \
    -kernel "$(ls "$boot"/vmlinuz-* | tail -1)" -initrd "$(ls "$boot"/initrd.img-* | tail -1)" \
    -append "root=/dev/vda rw console=ttyS0 quiet systemd.show_status=0 no_timer_check" \
    -drive file="$vm/disk.img",format=raw,if=virtio >"$vm/console.log" 2>&1 || true
debugfs -R 'cat /test/log' "$vm/disk.img" 2>/dev/null | tee "$vm/log"
rm -f "$vm/disk.img"
grep -q '^exit' "$vm/log" || echo "vm-test: the machine did not finish; $vm/console.log shows how far it came" >&2
[ "$(tail -n 1 "$vm/log")" = "exit 0" ]
