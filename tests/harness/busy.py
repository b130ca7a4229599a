"""Renders that take a while, and how to know that one is under way."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from harness import pictures
from harness.processes import processor_seconds
from harness.waiting import wait_until

# With large() takes a worker half a second with libvips 8.16, whose blurs have vectors, and a few without. On a machine
# that has much else to do it may take far longer: let the server be PATIENT.
SLOW_BLURS = 4
SLOW = "/dynamic/" + "--".join(["blur-sigma-50"] * SLOW_BLURS) + "/{}.jpg"
# Takes minutes, and so is refused where it may not cost anything. Of large() as it is, two idle processors made it in seconds.
ENDLESS = "/dynamic/resize-width-4800--" + "--".join(["blur-sigma-100"] * 19) + "/{}.png"
ANY_COST = "max_cost = 1000000\n"
PATIENT = "[render]\njob_timeout = 120\nqueue_timeout = 120\n[server]\ndrain = 120\n"


def large(seed: int) -> bytes:
    return pictures.photo(1600, 1200, seed)


def in_background(function):
    """Starts it in a thread; what is returned waits for its result."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function)
    pool.shutdown(wait=False)
    return future


def busy_worker(server) -> int:
    """Waits until a worker has been computing for a while, and returns it."""
    seen = {}

    def busy():
        for process in server.workers():
            used = processor_seconds(process)
            if used - seen.setdefault(process, used) > 0.2:
                return process
        return None

    return wait_until(busy, "a worker to be busy")


@contextmanager
def under_way(calls):
    """The calls, all at the same time; what is yielded says how many have no answer yet."""
    pool = ThreadPoolExecutor(len(calls))
    try:
        futures = [pool.submit(call) for call in calls]
        yield lambda: sum(not future.done() for future in futures)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
