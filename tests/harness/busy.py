"""Renders that take a while, and how to know that one is under way."""

from concurrent.futures import ThreadPoolExecutor

from harness.processes import processor_seconds
from harness.waiting import wait_until

# Takes a worker a second or more, far from its limits.
SLOW = "/dynamic/blur-sigma-60/{}.jpg"


def in_background(function):
    """Starts it in a thread; what is returned waits for its result."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function)
    pool.shutdown(wait=False)
    return future


def busy_worker(server) -> int:
    """Waits until a worker has been computing for a while, and returns it."""
    before = {process: processor_seconds(process) for process in server.workers()}

    def busy():
        for process in server.workers():
            if processor_seconds(process) - before.get(process, 0) > 0.15:
                return process
        return None

    return wait_until(busy, "a worker to be busy")
