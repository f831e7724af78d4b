#pragma once
#include <fluidsynth.h>

// FluidSynth's functions, loaded at run time.
//
// The library depends on JACK, SDL, readline and GLib, some 25 shared objects. A daemon that follows no score, or
// follows with synthetic sounds, needs none of them, so the programs do not link to the library.

// The compiler takes the types from FluidSynth's own header.
#define CFLUIDSYNTH_FUNCTIONS(F) \
    F(delete_fluid_settings) \
    F(delete_fluid_synth) \
    F(fluid_preset_get_banknum) \
    F(fluid_preset_get_num) \
    F(fluid_set_log_function) \
    F(fluid_settings_setint) \
    F(fluid_settings_setnum) \
    F(fluid_sfont_iteration_next) \
    F(fluid_sfont_iteration_start) \
    F(fluid_synth_all_sounds_off) \
    F(fluid_synth_cc) \
    F(fluid_synth_get_sfont_by_id) \
    F(fluid_synth_noteoff) \
    F(fluid_synth_noteon) \
    F(fluid_synth_pitch_bend) \
    F(fluid_synth_program_select) \
    F(fluid_synth_set_channel_type) \
    F(fluid_synth_set_gen) \
    F(fluid_synth_set_interp_method) \
    F(fluid_synth_sfload) \
    F(fluid_synth_system_reset) \
    F(fluid_synth_write_float) \
    F(new_fluid_settings) \
    F(new_fluid_synth)

typedef struct {
#define CFLUIDSYNTH_MEMBER(name) __typeof__(&name) name;
    CFLUIDSYNTH_FUNCTIONS(CFLUIDSYNTH_MEMBER)
#undef CFLUIDSYNTH_MEMBER
} cfluidsynth_functions;

// The shared object of FluidSynth 2, the major version of the headers used at compile time.
#define CFLUIDSYNTH_LIBRARY "libfluidsynth.so.3"

// Loads the shared object and looks up every function. Never unloads it.
//
// Returns NULL on success. Otherwise returns the reason, and `functions` must not be used; the text is valid until the
// calling thread's next call of a dl* function.
const char *cfluidsynth_load(const char *library, cfluidsynth_functions *functions);
