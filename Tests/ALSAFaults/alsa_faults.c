#define _GNU_SOURCE
#include "alsa_faults.h"

#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <stdatomic.h>

static atomic_int pending;

void alsa_fault_next_read(int code) { atomic_store(&pending, code); }

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *buffer, snd_pcm_uframes_t frames) {
    static snd_pcm_sframes_t (*real)(snd_pcm_t *, void *, snd_pcm_uframes_t);
    if (!real) real = dlsym(RTLD_NEXT, "snd_pcm_readi");
    int code = atomic_exchange(&pending, 0);
    if (code) {
        // As after a hardware overrun, the stream delivers nothing until it is prepared and started.
        snd_pcm_drop(pcm);
        return -code;
    }
    return real ? real(pcm, buffer, frames) : -ENOSYS;
}
