#pragma once
// Counts heap allocations per thread in the process that links it, for tests that promise there are none.
#include <stdbool.h>
#include <sys/types.h>

// Calls of malloc, calloc, realloc and the aligned ones by the thread with this id, or -1 if it never made any.
long allocation_count(pid_t thread);

// False under the sanitizers, which bring their own allocator: nothing is counted then.
bool allocation_counting_works(void);
