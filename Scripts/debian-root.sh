# A bare Debian 12 in a folder. Scripts/package-test.sh and Scripts/vm-test.sh source this file.
#
#   require_root NAME COMMAND...    exit unless this is root and the commands exist
#   require_packages FOLDER         exit unless FOLDER holds both Debian packages
#   make_root FOLDER [PACKAGE...]   debootstrap with these packages besides the essential ones

require_root() {
    local name=$1 command
    shift
    [ "$(id -u)" = 0 ] || {
        echo "$name: this needs root, because it makes a system with debootstrap and mounts" >&2
        exit 77
    }
    for command in "$@"; do
        command -v "$command" >/dev/null || {
            echo "$name: $command was not found; install it with apt-get" >&2
            exit 69
        }
    done
}

require_packages() {
    local name
    for name in noted notelab; do
        [ "$(find "$1" -name "${name}_*.deb" 2>/dev/null | wc -l)" = 1 ] || {
            echo "$1 does not hold one package $name; make them with Scripts/make-deb.sh" >&2
            exit 66
        }
    done
}

make_root() {
    local folder=$1 list
    shift
    list=$(IFS=,; echo "$*")
    mkdir -p "$folder"
    echo "Making a bare Debian 12 in $folder ..." >&2
    debootstrap --variant=minbase ${list:+--include="$list"} bookworm "$folder" \
        "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$folder.log" 2>&1 || {
        tail "$folder.log" >&2
        rm -rf --one-file-system "$folder"
        return 70
    }
    rm "$folder.log"
}
