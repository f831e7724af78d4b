// NK_CLONES: compile the function once for each x86-64 level and let the loader choose; elsewhere (ARM64) the baseline
// already has vector units and one version does.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define NK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define NK_CLONES
#endif

// Helpers are inlined into each clone, or they would be compiled for the baseline alone.
#define NK_INLINE static inline __attribute__((always_inline))
