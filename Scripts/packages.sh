# Debian packages that noted needs. Sourced by the other scripts; prints nothing.
#
#   install_packages BUILD|TEST      installs what is missing, with apt-get, as root or through sudo

BUILD_PACKAGES="build-essential ca-certificates git pkg-config libasound2-dev libpulse-dev libfftw3-dev libsndfile1-dev \
libsoxr-dev libfluidsynth-dev libarchive-dev zlib1g-dev libopenblas-dev libdnnl-dev libmd-dev libopenmpi-dev"
TEST_PACKAGES="pulseaudio pulseaudio-utils libasound2-plugins alsa-utils sox socat systemd timgm6mb-soundfont \
fluid-soundfont-gm python3 openmpi-bin curl"

install_packages() {
    local wanted=$BUILD_PACKAGES missing="" name as_root=""
    [ "$1" = TEST ] && wanted="$BUILD_PACKAGES $TEST_PACKAGES"
    for name in $wanted; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing="$missing $name"
    done
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" != 0 ]; then
        as_root=sudo
        command -v sudo >/dev/null || {
            echo "These Debian packages are missing:$missing. Install them as root, then run this again." >&2
            return 69
        }
    fi
    echo "Installing Debian packages:$missing" >&2
    # An old list can name versions that the mirror no longer has, so it is always renewed first.
    $as_root apt-get update -qq >&2 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

require_swift() {
    command -v swift >/dev/null || {
        [ -x /opt/swift/usr/bin/swift ] && PATH=$PATH:/opt/swift/usr/bin && return 0
        echo "Swift 6.2 or later is needed and was not found. Install it from https://www.swift.org/install/linux/ and" \
            "put its usr/bin folder on PATH." >&2
        return 69
    }
}
