#!/bin/bash
# Runs as root inside the bare Debian of Scripts/package-test.sh: no Swift, no running systemd, no sound. The packages
# are in /test/debs, the same with a higher version in /test/newer.
set -uo pipefail
cd /test
export DEBIAN_FRONTEND=noninteractive
failures=0

check() {
    local name=$1
    shift
    if "$@"; then echo "ok: $name"; else echo "FAILED: $name" >&2 && failures=$((failures + 1)); fi
}
quietly() { "$@" >/test/output 2>&1 || { cat /test/output >&2 && return 1; }; }
not() { ! "$@"; }
same() { diff "$1" "$2" >&2; }

# Every file with its contents, except for what apt and dpkg keep about all packages.
snapshot() {
    find / -xdev \( -path /proc -o -path /dev -o -path /test -o -path /tmp -o -path /var/cache -o -path /var/lib/apt \
        -o -path /var/lib/dpkg -o -path /var/log -o -path /var/lib/systemd/deb-systemd-helper-masked \) -prune \
        -o -type f ! -name ld.so.cache ! -name '*-' -exec md5sum {} + -o -printf '%y %p\n' | sort -k2
}
# Before a command: runs it as an ordinary user with a runtime directory.
as_user=(setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/tmp/user XDG_RUNTIME_DIR=/tmp/user)
notes() { grep -c '"method":"note_on"' "$1"; }

quietly apt-get update
# What noted depends on stays out of the comparison; it belongs to the system before and after.
quietly apt-get install -y --no-install-recommends ./debs/*.deb
quietly apt-get purge -y noted notelab
snapshot >/test/before

check "installs" quietly apt-get install -y --no-install-recommends ./debs/*.deb
check "has no Swift" not command -v swift
check "has an account" quietly getent passwd noted
for page in man1/noted.1 man1/notectl.1 man1/notelab.1 man5/noted.yaml.5 man7/noted-protocol.7; do
    check "has the manual page ${page##*/}" test -f "/usr/share/man/$page.gz"
done
check "accepts its configuration" quietly noted --check-config

install -d -o 1000 -g 1000 -m 700 /tmp/user
demo=/usr/share/noted/demo
"${as_user[@]}" noted --source file:$demo/prelude.ogg --score $demo/prelude.mid 2>/test/daemon.log &
daemon=$!
for _ in $(seq 100); do [ -S /tmp/user/noted/socket ] && break; sleep 0.1; done
"${as_user[@]}" timeout 12 notectl listen --json >/test/lines
# The demo plays four notes a second.
check "shows notes: $(notes /test/lines) in 12 s" test "$(notes /test/lines)" -ge 20
check "follows the score" grep -q '"state":"following"' /test/lines
check "answers status" quietly "${as_user[@]}" notectl status
kill $daemon
wait $daemon
check "stops with code 0" test $? = 0
check "logs no error" not grep -qiE 'error|critical|fatal' /test/daemon.log
check "transcribes" quietly notelab transcribe $demo/prelude.ogg --out /test/prelude.csv
check "finds notes: $(wc -l </test/prelude.csv)" test "$(wc -l </test/prelude.csv)" -gt 100

echo 'log_level: notice' >>/etc/noted/noted.yaml
check "upgrades" quietly apt-get install -y --no-install-recommends ./newer/*.deb
check "keeps the configuration" grep -q '^log_level: notice' /etc/noted/noted.yaml
check "removes" quietly apt-get remove -y noted notelab
check "leaves the configuration" test -f /etc/noted/noted.yaml
check "leaves no program" not ls /usr/bin/noted /usr/bin/notectl /usr/bin/notelab 2>/dev/null
check "purges" quietly apt-get purge -y noted notelab
snapshot >/test/after
check "leaves no trace" same /test/before /test/after
check "leaves no account" not getent passwd noted
check "leaves no group" not getent group noted

[ $failures = 0 ] && echo "All checks passed." || echo "$failures checks failed." >&2
exit $((failures > 0))
