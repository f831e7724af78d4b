#!/usr/bin/env bash
# Tries the Debian packages on a bare Debian 12 without Swift: installs them with apt, transcribes the demo, upgrades,
# removes and purges them, and compares the system with what it was before.
#
#   Scripts/package-test.sh [--debs FOLDER] [--root FOLDER]
#
#   --debs FOLDER    where the packages are; default: build/deb, which Scripts/make-deb.sh writes
#   --root FOLDER    keep the bare system there, and use it again; default: a temporary folder
#
# Needs root, debootstrap and a Debian mirror. Takes two minutes, of which one is debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/debian-root.sh

debs=build/deb root=""
while [ $# -gt 0 ]; do
    case "$1" in
    --debs) debs=${2:?--debs needs a folder} && shift ;;
    --root) root=${2:?--root needs a folder} && shift ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) echo "package-test: '$1' is not an option; see Scripts/package-test.sh --help" >&2 && exit 64 ;;
    esac
    shift
done
require_root package-test debootstrap
require_packages "$debs"

work=$(mktemp -d)
bare=$work/bare
finish() {
    umount "$bare/proc" "$bare/dev" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap finish EXIT
[ -n "$root" ] || root=$work/debootstrap
[ -d "$root/usr" ] || make_root "$root"
# Each run starts from the same system.
cp -a "$root" "$bare"
mount -t proc proc "$bare/proc"
mount --rbind --make-rslave /dev "$bare/dev" 2>/dev/null || mount --bind /dev "$bare/dev"
cp /etc/resolv.conf "$bare/etc/resolv.conf"
mkdir -p "$bare/test/debs" "$bare/test/newer"
cp "$debs"/*.deb "$bare/test/debs"
# The same packages with a higher version, for the upgrade.
for package in "$debs"/*.deb; do
    dpkg-deb -R "$package" "$work/newer"
    sed -i 's/^Version: .*/&+upgrade/; s/(= \([^)]*\))/(= \1+upgrade)/' "$work/newer/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/newer" "$bare/test/newer" >/dev/null
    rm -r "$work/newer"
done
install -m 755 Tests/Package/bare.sh "$bare/test/test.sh"
status=0
chroot "$bare" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/test LC_ALL=C.UTF-8 /test/test.sh || status=$?
umount -l "$bare/dev" "$bare/proc" 2>/dev/null || true
exit "$status"
