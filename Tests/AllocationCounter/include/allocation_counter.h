#pragma once
// Counts heap allocations per thread in the process that links it, for tests of code that must not allocate.
#include <stdbool.h>
#include <sys/types.h>

// The number of malloc, calloc, realloc and aligned allocation calls by the thread with this id; -1 if it made none.
long allocation_count(pid_t thread);

// False under the sanitizers, which replace the allocator: nothing is counted then.
bool allocation_counting_works(void);
