"""Work that goes on beside a measurement, in a process of its own so that neither waits for the other's interpreter."""

import contextlib
import multiprocessing
from collections.abc import Callable
from typing import Any

SPAWN = multiprocessing.get_context("fork")
LIMIT_SECONDS = 120


class Beside:
    """What the work is given: `under_way()` once it has begun, and `stopped` to look at."""

    def __init__(self) -> None:
        self._ready = SPAWN.Event()
        self.stopped = SPAWN.Event()

    def under_way(self) -> None:
        self._ready.set()

    def wait_until_under_way(self, process: multiprocessing.Process) -> None:
        for _ in range(LIMIT_SECONDS * 10):
            if self._ready.wait(0.1):
                return
            if not process.is_alive():
                break
        raise RuntimeError("what should go on beside the measurement did not begin")


class Result:
    """Of the work; there once it has ended."""

    value: Any = None


@contextlib.contextmanager
def beside(work: Callable, *arguments):
    """Runs `work(beside, *arguments)` until the block ends; what it returns is then in the Result that is yielded."""
    state = Beside()
    answers, answer = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_run, args=(answer, work, state, arguments))
    process.start()
    answer.close()
    result = Result()
    try:
        state.wait_until_under_way(process)
        yield result
    finally:
        state.stopped.set()
        outcome = answers.recv() if answers.poll(LIMIT_SECONDS) else RuntimeError("it does not end")
        process.join(LIMIT_SECONDS)
        if process.is_alive():
            process.kill()
    if isinstance(outcome, Exception):
        raise outcome
    result.value = outcome


def _run(answer, work: Callable, state: Beside, arguments: tuple) -> None:
    try:
        answer.send(work(state, *arguments))
    except Exception as error:  # whatever it was, the one who measures has to know
        answer.send(RuntimeError(f"beside the measurement: {error!r}"))
