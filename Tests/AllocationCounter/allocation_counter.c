#include "allocation_counter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define COUNTING 1
#else
#define COUNTING 0
#endif

struct slot {
    _Atomic pid_t thread;
    _Atomic long count;
};
static struct slot own_slots[4096];
// Elsewhere if a program shares its counts: see Benchmarks/shared_counter.c.
static struct slot *slots = own_slots;
static atomic_int used;
static _Thread_local struct slot *mine;

bool allocation_counting_works(void) { return COUNTING; }

long allocation_count(pid_t thread) {
    int count = atomic_load(&used);
    // Search the newest first, because thread ids are reused.
    for (int i = (count < 4096 ? count : 4096) - 1; i >= 0; i--)
        if (atomic_load(&slots[i].thread) == thread) return atomic_load(&slots[i].count);
    return -1;
}

#if COUNTING
// glibc's internal names for its allocator, reachable although this file replaces the public names.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void count(void) {
    if (!mine) {
        int index = atomic_fetch_add(&used, 1);
        if (index >= 4096) return;
        mine = &slots[index];
        atomic_store(&mine->thread, (pid_t)syscall(SYS_gettid));
    }
    atomic_fetch_add_explicit(&mine->count, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count();
    void *memory = __libc_memalign(alignment, size);
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}
#endif
