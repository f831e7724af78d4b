#pragma once
// Linux functions that Swift's Glibc module does not import because they are variadic or need _GNU_SOURCE.
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Creates a non-blocking, close-on-exec eventfd; returns -1 and sets errno on failure.
static inline int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline pid_t clinux_gettid(void) { return (pid_t)syscall(SYS_gettid); }

// Names the calling thread for ps and debuggers; at most 15 characters.
static inline void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// Processors that the process may run on; 0 if the kernel doesn't say.
static inline int clinux_processors(void) {
    unsigned long set[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
    int count = 0;
    for (long word = 0; word * (long)sizeof *set < bytes; word++) count += __builtin_popcountl(set[word]);
    return count;
}

// Bytes allocated and not yet freed, over all of glibc's arenas.
static inline size_t clinux_heap_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
