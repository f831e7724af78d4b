#pragma once
#include <alsa/asoundlib.h>

// ALSA prints errors to standard error unless a handler is set. The handler is variadic, so it cannot be written in
// Swift.
static void calsa_silence(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

// Permanently stops ALSA from printing in this process. Its return codes carry the errors.
static inline void calsa_be_quiet(void) { snd_lib_error_set_handler(calsa_silence); }
