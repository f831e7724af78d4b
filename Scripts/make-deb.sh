#!/usr/bin/env bash
# Builds the Debian packages noted and notelab from this source tree.
#
#   Scripts/make-deb.sh [--programs FOLDER] [--suffix TEXT] [OUT]
#
#   OUT                  where the packages go; default: build/deb
#   --programs FOLDER    package the programs in FOLDER; default: those that Scripts/build-static.sh builds
#   --suffix TEXT        append TEXT to the version, such as ~git20260301 for a snapshot
#
# The version is that of Sources/Terminal/Version.swift. The same programs and SOURCE_DATE_EPOCH (default: the time of
# the last commit) give the same packages, byte for byte. DEBFULLNAME and DEBEMAIL name the maintainer. lintian, if
# installed, checks the packages. Needs debhelper, chrpath and python3.
set -euo pipefail
cd "$(dirname "$0")/.."

programs="" suffix="" out=build/deb
while [ $# -gt 0 ]; do
    case "$1" in
    --programs) programs=${2:?--programs needs a folder} && shift ;;
    --suffix) suffix=${2:?--suffix needs a text} && shift ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0" && exit 0 ;;
    -*) echo "make-deb: '$1' is not an option; see Scripts/make-deb.sh --help" >&2 && exit 64 ;;
    *) out=$1 ;;
    esac
    shift
done
command -v dh >/dev/null && command -v dpkg-buildpackage >/dev/null || {
    echo "make-deb: debhelper was not found; install it with: apt-get install debhelper chrpath" >&2
    exit 69
}
[ -n "$programs" ] || programs=$(Scripts/build-static.sh)
programs=$(cd "$programs" && pwd)
for program in noted notectl notelab; do
    [ -x "$programs/$program" ] || { echo "make-deb: $programs/$program does not exist" >&2 && exit 66; }
    ! ldd "$programs/$program" | grep -q libswift || {
        echo "make-deb: $programs/$program needs the Swift runtime; build it with Scripts/build-static.sh" >&2
        exit 65
    }
done

version=$(sed -n 's/.*current = "\(.*\)".*/\1/p' Sources/Terminal/Version.swift)
built=$("$programs/noted" --version)
[ "$built" = "$version" ] || {
    echo "make-deb: $programs/noted is version $built, but this source is $version; build it anew" >&2
    exit 65
}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export NOTED_PROGRAMS=$programs LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/noted-$version
mkdir "$tree"
# debhelper writes into the tree that it packages, so it gets a copy of what it needs.
cp -r --parents -t "$tree" debian systemd share man Scripts/install Scripts/make-man-pages.py \
    Scripts/make-completions.sh Models/default.safetensors Models/fast.safetensors Demo/prelude.ogg Demo/prelude.mid \
    Sources/Terminal/Version.swift docs/*.md README.md CHANGELOG.md
[ -z "${DEBEMAIL:-}" ] ||
    sed -i "s/^Maintainer: .*/Maintainer: ${DEBFULLNAME:-noted maintainers} <$DEBEMAIL>/" "$tree/debian/control"
cat >"$tree/debian/changelog" <<END
noted ($version$suffix) unstable; urgency=medium

  * Build of noted $version. /usr/share/doc/noted/NEWS.md.gz lists the changes.

 -- $(sed -n 's/^Maintainer: //p' "$tree/debian/control")  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
END
(cd "$tree" && dpkg-buildpackage -b -us -uc) >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 70
}
mkdir -p "$out"
cp "$work"/*.deb "$work"/*.changes "$work"/*.buildinfo "$out"
ls "$work" | sed -n "s|.*\.deb$|$out/&|p"
if command -v lintian >/dev/null; then
    # Everything that is reported counts, information included.
    lintian --fail-on error,warning,info --display-info --tag-display-limit 0 --allow-root "$work"/*.changes >&2
else
    echo "make-deb: lintian is not installed, so the packages were not checked" >&2
fi
