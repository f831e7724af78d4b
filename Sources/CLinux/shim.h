#pragma once
// Linux functions that Swift's Glibc module does not import because they are variadic or need _GNU_SOURCE.
#include <malloc.h>
#include <stdint.h>
#include <sys/resource.h>
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

// Requests time slices of a length, 0 for the system's default, for the calling thread, and keeps its nice value.
static inline void clinux_request_slices(uint64_t nanoseconds) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = sizeof attributes, .runtime = nanoseconds};
    attributes.nice = getpriority(PRIO_PROCESS, 0);
    (void)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

// Lets the calling thread run as soon as it wakes, instead of when the running thread's slice is over, some
// milliseconds later. It gets no more of the processor. For threads that do little at a time, and that others wait for.
// Needs Linux 6.12; earlier kernels ignore it. Threads that it starts inherit it: see clinux_request_default_slices.
static inline void clinux_request_short_slices(void) { clinux_request_slices(300000); }

static inline void clinux_request_default_slices(void) { clinux_request_slices(0); }

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
