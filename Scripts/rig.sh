#!/bin/bash
# A virtual sound system: a private PulseAudio server with a null sink to play to, and ALSA PCMs on top of it.
#
#   . Scripts/rig.sh          defines the functions below; then rig_up; ...; rig_down
#   Scripts/rig.sh COMMAND    runs COMMAND inside a rig, removes the rig, and exits with COMMAND's status
#
# Needs pulseaudio, pulseaudio-utils and libasound2-plugins of Debian 12, and sox for rig_tone. Runs as any user, root
# included. Rigs do not disturb each other or a real server: all files are in $RIG. Inside, `pulse` means the monitor
# of the null sink.

# Without norewinds=1 an idle null sink renders two seconds at a time, which delays capture by as much.
rig_sink="module-null-sink sink_name=testsink rate=44100 channels=1 channel_map=mono format=s16le norewinds=1"

rig_up() {
    RIG=$(mktemp -d "${TMPDIR:-/tmp}/rig.XXXXXX") || return
    chmod 700 "$RIG"
    export RIG XDG_RUNTIME_DIR=$RIG PULSE_SERVER=unix:$RIG/native PULSE_COOKIE=$RIG/cookie
    export ALSA_CONFIG_PATH=$RIG/asound.conf
    cat >"$ALSA_CONFIG_PATH" <<END
</usr/share/alsa/alsa.conf>
# The null sink's monitor as an ALSA PCM.
pcm.rig { type pulse server "$PULSE_SERVER" device "testsink.monitor" }
ctl.rig { type pulse server "$PULSE_SERVER" }
END
    rig_server_start
}

rig_server_start() {
    # The native protocol is loaded last: once it answers, the sink exists.
    HOME=$RIG pulseaudio -n --daemonize=no --system=false --exit-idle-time=-1 --disallow-exit --use-pid-file=no \
        --log-target=file:"$RIG/pulse.log" --log-level=info --load="$rig_sink" \
        --load="module-native-protocol-unix auth-anonymous=1 socket=$RIG/native" 2>>"$RIG/pulse.stderr" &
    RIG_SERVER=$!
    local try
    for try in $(seq 100); do
        pactl info >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    echo "rig: the sound server did not come up; see $RIG/pulse.log" >&2
    return 1
}

rig_server_stop() {
    kill "$RIG_SERVER" 2>/dev/null
    wait "$RIG_SERVER" 2>/dev/null
}

rig_down() {
    rig_server_stop
    rm -rf "$RIG"
}

# FILE.wav [SECONDS [HZ]]: without -D, sox adds dither that differs from run to run.
rig_tone() { sox -D -n -r 44100 -c 1 -b 16 "$1" synth "${2:-2}" sine "${3:-440}" vol 0.5; }
# FILE.wav, to its end. A small --latency-msec would underrun and insert silence.
rig_play() { paplay -d testsink "$1"; }
# The stream stays open, and no audio arrives, without an error.
rig_stall() { pactl suspend-sink testsink 1; }
rig_unstall() { pactl suspend-sink testsink 0; }
# Kills the stream, or moves it if another source exists and the client named none.
rig_unplug() { pactl unload-module module-null-sink; }
# shellcheck disable=SC2086  # one word each
rig_replug() { pactl load-module $rig_sink >/dev/null; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    [ $# -gt 0 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 64; }
    rig_up || exit 69
    trap rig_down EXIT
    "$@"
fi
