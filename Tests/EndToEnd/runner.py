"""Runs the tests of an end-to-end file: its functions whose names begin with test_, each with a resource of its own."""
import sys
import time
import traceback


def run(functions, resource, words):
    """Runs all tests among `functions`, or those whose names hold one of `words`, and ends the program.

    `resource()` is a context that each test is given.
    """
    passed = failed = 0
    for name, test in [item for item in functions.items() if item[0].startswith("test_")]:
        if words and not any(word in name for word in words):
            continue
        print(f"{name}: {test.__doc__}", flush=True)
        began = time.monotonic()
        try:
            with resource() as given:
                test(given)
            passed += 1
            print(f"    passed in {time.monotonic() - began:.0f} s", flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            print(f"    FAILED in {time.monotonic() - began:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
