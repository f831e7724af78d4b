#pragma once
#include <alsa/asoundlib.h>

// ALSA prints its complaints on standard error unless it is given a handler, which is variadic and so cannot be Swift.
static void calsa_silence(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

// Keeps ALSA from printing, in this process, for good. Its return codes say what is needed.
static inline void calsa_be_quiet(void) { snd_lib_error_set_handler(calsa_silence); }
