// NK_CLONES compiles a function once for each x86-64 level; the loader chooses one. Elsewhere (ARM64) the baseline
// already has vector units, so one version suffices. Sanitizers get one version, too: they instrument the function that
// chooses, and the loader calls it before their runtime has started.
#pragma once

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && \
    !__has_feature(address_sanitizer)
#define NK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define NK_CLONES
#endif

// Helpers must be inlined into each clone; otherwise they would be compiled for the baseline only.
#define NK_INLINE static inline __attribute__((always_inline))
