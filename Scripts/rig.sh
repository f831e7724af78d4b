#!/bin/bash
# A sound system without hardware: a PulseAudio server of its own with a null sink to play to, and ALSA PCMs on top of it.
#
#   . Scripts/rig.sh          defines the functions below; then rig_up; ...; rig_down
#   Scripts/rig.sh COMMAND    runs COMMAND inside a rig and takes the rig down again; its exit status is COMMAND's
#
# Needs (Debian 12): pulseaudio pulseaudio-utils libasound2-plugins, and sox for rig_tone. Works as root and as anybody, side by
# side with a real server and with other rigs: everything lives in $RIG. Inside, `pulse` means the monitor of the null sink.

# Without norewinds=1 an idle null sink renders two seconds at a time, and nothing arrives in the meantime.
rig_sink="module-null-sink sink_name=testsink rate=44100 channels=1 channel_map=mono format=s16le norewinds=1"

rig_up() {
    RIG=$(mktemp -d "${TMPDIR:-/tmp}/rig.XXXXXX") || return
    chmod 700 "$RIG"
    export RIG XDG_RUNTIME_DIR=$RIG PULSE_SERVER=unix:$RIG/native PULSE_COOKIE=$RIG/cookie ALSA_CONFIG_PATH=$RIG/asound.conf
    cat >"$ALSA_CONFIG_PATH" <<END
</usr/share/alsa/alsa.conf>
# What is played to the null sink, by way of ALSA.
pcm.rig { type pulse server "$PULSE_SERVER" device "testsink.monitor" }
ctl.rig { type pulse server "$PULSE_SERVER" }
END
    rig_server_start
}

rig_server_start() {
    # The native protocol comes last: once it answers, the sink is there.
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

# FILE.wav [SECONDS [HZ]]: without -D sox would add a dither that differs from run to run.
rig_tone() { sox -D -n -r 44100 -c 1 -b 16 "$1" synth "${2:-2}" sine "${3:-440}" vol 0.5; }
# FILE.wav, to its end. No small --latency-msec: it underruns, and silence is inserted.
rig_play() { paplay -d testsink "$1"; }
# The stream stays open and no sound arrives, without an error.
rig_stall() { pactl suspend-sink testsink 1; }
rig_unstall() { pactl suspend-sink testsink 0; }
# The stream is killed, or moved when there is another source and none was named.
rig_unplug() { pactl unload-module module-null-sink; }
# shellcheck disable=SC2086  # one word each
rig_replug() { pactl load-module $rig_sink >/dev/null; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    [ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 64; }
    rig_up || exit 69
    trap rig_down EXIT
    "$@"
fi
