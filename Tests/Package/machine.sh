#!/bin/bash
# Runs as root inside the virtual machine of Scripts/vm-test.sh, after boot. The package is in /test/debs, the same with
# a higher version in /test/newer. The machine is slow, so everything waits for states, not for times.
set -uo pipefail
cd /test
failures=0

check() {
    local name=$1
    shift
    if "$@"; then echo "ok: $name"; else echo "FAILED: $name" && failures=$((failures + 1)); fi
}
quietly() { "$@" >/test/output 2>&1 || { cat /test/output && return 1; }; }
not() { ! "$@"; }
# SECONDS COMMAND...: whether the command succeeds within that time.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/test/output 2>&1; do
        [ $SECONDS -lt $deadline ] || { cat /test/output && return 1; }
        sleep 1
    done
}
property() { systemctl show -P "$1" noted.service; }
# Whether the service runs in a process other than this one.
is_another_process() { local id && id=$(property MainPID) && [ "$id" != 0 ] && [ "$id" != "$1" ]; }
# STATE [COMMAND...]: whether the daemon's source is in that state, according to notectl run by the command.
source_is() {
    local state=$1
    shift
    "$@" notectl status --json | grep -q "\"state\":\"$state\""
}
# Whether the daemon measures a level above -40 dBFS.
hears_sound() { "$@" notectl status --json | grep -qE '"rms_dbfs":-[0-3]?[0-9](\.|,|})'; }
traces() {
    find / -xdev \( -path /proc -o -path /sys -o -path /test -o -path /home -o -path /var/log \) -prune \
        -o -name '*noted*' -print | grep -v /var/lib/dpkg/info
    getent passwd noted
    getent group noted
    systemctl list-unit-files --no-legend 'noted*'
}

echo "== installation"
check "installs" quietly dpkg -i debs/*.deb
check "does not enable the system service" test "$(systemctl is-enabled noted.service)" = disabled
check "does not start the system service" test "$(systemctl is-active noted.service)" = inactive
check "makes an account in the audio group" sh -c 'id -nG noted | grep -qw audio'
check "makes the socket's directory" test "$(stat -c '%U:%G %a' /run/noted)" = "noted:noted 750"
check "has complete units" quietly systemd-analyze verify --man=no noted.service noted.socket
systemd-analyze security --no-pager noted.service | tail -1

echo "== system service on hw:Loopback"
echo 'source: alsa:hw:Loopback,1' >>/etc/noted/noted.yaml
sox -q -D -n -r 44100 -c 2 -b 16 tone.wav synth 5 sine 440 vol 0.5
# The side of the loopback that is opened first decides the format.
(while :; do aplay -q -D hw:Loopback,0 tone.wav || sleep 1; done) >/test/aplay.log 2>&1 &
player=$!
check "is enabled and started" quietly systemctl enable --now noted.socket noted.service
check "becomes active" within 60 systemctl is-active noted.service
check "captures" within 60 source_is running
check "detects the sound" within 60 hears_sound
notectl status
main=$(property MainPID)
check "runs as its own user" test "$(ps -o user= -p "$main")" = noted
check "has a socket for the group alone" test "$(stat -c '%U:%G %a' /run/noted/socket)" = "noted:noted 660"
check "may use real-time priority" grep -qE 'Max realtime priority +20 ' "/proc/$main/limits"
check "may lock memory" grep -qE 'Max locked memory +268435456 ' "/proc/$main/limits"
grep -E 'realtime' "/proc/$main/limits"
check "captures with real-time priority" sh -c "ps -L -o cls= -p $main | grep -q FF"
check "has a watchdog" test "$(property WatchdogUSec)" = 10s

echo "== who may connect"
useradd -m -s /bin/bash player
check "refuses a user outside the group" not quietly su player -c 'notectl status'
cat output
usermod -aG noted player
check "serves a user of the group" quietly su player -c 'notectl status'
check "lets the group control" quietly su player -c 'notectl source none'
check "lets the group switch back" quietly su player -c 'notectl source alsa:hw:Loopback,1'

echo "== reload, watchdog"
check "reloads" quietly systemctl reload noted.service
echo 'sorce: none' >>/etc/noted/noted.yaml
check "refuses to reload an invalid configuration" not quietly systemctl reload noted.service
journalctl -u noted.service -o cat --no-pager | grep 'sorce'
check "keeps the valid configuration" within 20 source_is running
sed -i '/^sorce/d' /etc/noted/noted.yaml
check "reloads at SIGHUP" quietly systemctl kill -s HUP --kill-who=main noted.service
check "survives reloads" within 20 source_is running
kill -STOP "$main"
check "is restarted by the watchdog when it hangs" within 90 is_another_process "$main"
check "captures again" within 90 source_is running
check "says so in the journal" within 20 sh -c 'journalctl -u noted.service | grep -qi watchdog'
journalctl -u noted.service -o cat --no-pager | head -40
check "logs nothing about thread priorities" not sh -c 'journalctl | grep "set thread priority"'

echo "== upgrade"
main=$(property MainPID)
check "upgrades" quietly dpkg -i newer/*.deb
check "restarts the running service" within 60 is_another_process "$main"
check "keeps the configuration" grep -q '^source: alsa:hw:Loopback,1' /etc/noted/noted.yaml
check "captures after the upgrade" within 90 source_is running
check "stops" quietly systemctl disable --now noted.service noted.socket
check "stops cleanly" test "$(property Result)" = success
kill $player

echo "== user service with PipeWire"
sed -i '/^source:/d' /etc/noted/noted.yaml
usermod -aG audio player
check "has a session" quietly loginctl enable-linger player
id=$(id -u player)
as_player() { runuser -u player -- env XDG_RUNTIME_DIR="/run/user/$id" HOME=/home/player "$@"; }
check "has a user manager" within 120 as_player systemctl --user is-active default.target
check "has a sound server" within 120 as_player pactl info
as_player pactl load-module module-null-sink sink_name=stage >/test/output
as_player pactl set-default-sink stage
as_player pactl set-default-source stage.monitor
check "is enabled and started" quietly as_player systemctl --user enable --now noted.socket noted.service
check "becomes active" within 90 as_player systemctl --user is-active noted.service
check "captures" within 90 source_is running as_player
install -m 644 tone.wav /home/player/tone.wav
as_player sh -c 'while :; do paplay ~/tone.wav; done' >/test/paplay.log 2>&1 &
player=$!
check "detects the sound" within 90 hears_sound as_player
as_player notectl status
check "has a private socket" test "$(stat -c '%U %a' "/run/user/$id/noted/socket")" = "player 600"
main=$(as_player systemctl --user show -P MainPID noted.service)
grep -E 'realtime' "/proc/$main/limits"
check "reloads" quietly as_player systemctl --user reload noted.service
check "survives a restart of the sound server" quietly as_player systemctl --user restart pipewire pipewire-pulse \
    wireplumber
check "captures again" within 120 source_is running as_player
as_player journalctl --user -u noted.service -o cat --no-pager | tail -30
kill $player

echo "== removal"
check "purges" quietly dpkg --purge noted
check "stops the user's daemon" within 30 not pgrep -x noted
# Only the user's own decision to start it remains, in the user's home.
rm -rf /home/player/.config/systemd/user/*.wants
check "leaves no trace" test -z "$(traces)"
traces
userdel -r player 2>/dev/null

[ $failures = 0 ] && echo "All checks passed." || echo "$failures checks failed."
exit $((failures > 0))
