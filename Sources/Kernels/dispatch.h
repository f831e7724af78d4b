// NK_CLONES compiles a function once for each x86-64 level; the loader chooses one. Elsewhere (ARM64) the baseline
// already has vector units, so one version suffices.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define NK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define NK_CLONES
#endif

// Helpers must be inlined into each clone; otherwise they would be compiled for the baseline only.
#define NK_INLINE static inline __attribute__((always_inline))
