// Preloaded into noted: makes reads of an ALSA PCM fail by seed. test_faults.py compiles it.
//
// NOTED_FAULT_SEED selects the sequence of faults: EPIPE, ESTRPIPE, ENODEV or EIO, every 20 to 200 reads. The name of
// each fault is appended to the file NOTED_FAULT_LOG, one a line.
#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Reads come from the capture thread only.
static uint64_t state;
static long left = -1;

// SplitMix64.
static uint64_t next(void) {
    uint64_t bits = state += 0x9E3779B97F4A7C15u;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
}

static void record(const char *name) {
    const char *path = getenv("NOTED_FAULT_LOG");
    int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    if (write(file, name, strlen(name)) < 0) abort();
    close(file);
}

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *buffer, snd_pcm_uframes_t frames) {
    static snd_pcm_sframes_t (*real)(snd_pcm_t *, void *, snd_pcm_uframes_t);
    static const struct {
        int code;
        const char *name;
    } faults[] = {{EPIPE, "EPIPE\n"}, {ESTRPIPE, "ESTRPIPE\n"}, {ENODEV, "ENODEV\n"}, {EIO, "EIO\n"}};
    if (!real) real = dlsym(RTLD_NEXT, "snd_pcm_readi");
    if (left < 0) {
        const char *seed = getenv("NOTED_FAULT_SEED");
        state = seed ? strtoull(seed, NULL, 10) : 0;
        left = 200;
    }
    if (left == 0) {
        left = 20 + (long)(next() % 180);
        unsigned which = next() % 4;
        record(faults[which].name);
        // As after a hardware fault, the stream delivers nothing until it is prepared and started.
        snd_pcm_drop(pcm);
        return -faults[which].code;
    }
    snd_pcm_sframes_t count = real(pcm, buffer, frames);
    if (count > 0) --left;
    return count;
}
