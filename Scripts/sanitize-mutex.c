// Shows ThreadSanitizer what Swift's Mutex does under contention. Scripts/sanitize.sh links this into the tests.
//
// Synchronization.Mutex takes and releases an uncontended lock with atomics that are inlined into our code, where the
// sanitizer sees them. Under contention it calls into libswiftSynchronization, which is not instrumented, so that the
// sanitizer would report a race in everything that a Mutex protects. The two functions below stand in for those of the
// library: they call the original and report the acquisition or release.
#include <dlfcn.h>
#include <stdint.h>

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

SWIFT void sanitized_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void sanitized_lock(uint32_t thread, SELF) {
    SWIFT void (*original)(uint32_t, SELF) = (SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, LOCK);
    original(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void sanitized_unlock(SELF) __asm__(UNLOCK);
SWIFT void sanitized_unlock(SELF) {
    SWIFT void (*original)(SELF) = (SWIFT void (*)(SELF))dlsym(RTLD_NEXT, UNLOCK);
    __tsan_release(mutex);
    original(mutex);
}
