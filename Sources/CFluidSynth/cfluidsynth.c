#include "cfluidsynth.h"

#include <dlfcn.h>

_Static_assert(FLUIDSYNTH_VERSION_MAJOR == 2, "another major version has another shared object");

const char *cfluidsynth_load(const char *library, cfluidsynth_functions *functions) {
    // RTLD_LOCAL keeps the symbols of FluidSynth and its dependencies out of the global scope.
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return dlerror();
    void *symbol;
#define CFLUIDSYNTH_LOOK_UP(name) \
    if (!(symbol = dlsym(handle, #name))) return dlerror(); \
    functions->name = (__typeof__(&name))symbol;
    CFLUIDSYNTH_FUNCTIONS(CFLUIDSYNTH_LOOK_UP)
#undef CFLUIDSYNTH_LOOK_UP
    return 0;
}
