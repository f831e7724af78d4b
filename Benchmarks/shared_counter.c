// Counts heap allocations of each thread of an unmodified program, and shares the counts with another process.
//
// Scripts/check-benchmarks.py compiles this into a library that it preloads. If $ALLOCATION_COUNTS names a file of
// 64 KiB, the counts are in that file: 4096 records of a thread id (4 bytes, 4 of padding) and a count (8 bytes).
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "../Tests/AllocationCounter/allocation_counter.c"

__attribute__((constructor)) static void share(void) {
    const char *path = getenv("ALLOCATION_COUNTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *shared = mmap(NULL, sizeof own_slots, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared == MAP_FAILED) return;
    // The calling thread takes a new record, and what it allocated so far is not counted.
    mine = NULL;
    atomic_store(&used, 0);
    slots = shared;
}
