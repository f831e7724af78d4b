# Debian packages that noted needs. The other scripts source this file.
#
#   install_packages BUILD|TEST      install missing packages with apt-get, as root or through sudo
#   require_swift                    find Swift, on PATH or in /opt/swift, or fail with a message
#   test_python                      print the Python interpreter that has pytest

BUILD_PACKAGES="build-essential ca-certificates git pkg-config libasound2-dev libpulse-dev libfftw3-dev \
libsndfile1-dev libsoxr-dev libfluidsynth-dev libarchive-dev zlib1g-dev libopenblas-dev libdnnl-dev libmd-dev \
libopenmpi-dev"
TEST_PACKAGES="pulseaudio pulseaudio-utils libasound2-plugins alsa-utils sox socat systemd timgm6mb-soundfont \
fluid-soundfont-gm python3 python3-pytest openmpi-bin curl pipewire pipewire-pulse wireplumber dbus-daemon mandoc \
appstream"

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
    # A stale package list can name versions that the mirror no longer has.
    $as_root apt-get update -qq >&2 &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

require_swift() {
    command -v swift >/dev/null || {
        [ -x /opt/swift/usr/bin/swift ] && PATH=$PATH:/opt/swift/usr/bin && return 0
        echo "Swift 6.2 or later is needed and was not found." \
            "Install it from https://www.swift.org/install/linux/ and put its usr/bin folder on PATH." >&2
        return 69
    }
}

test_python() {
    local python
    # Debian's interpreter first: a python3 earlier on PATH, as of pyenv, does not see python3-pytest.
    for python in /usr/bin/python3 python3; do
        "$python" -c 'import pytest' 2>/dev/null && echo "$python" && return 0
    done
    echo "pytest was not found; install python3-pytest." >&2
    return 69
}
