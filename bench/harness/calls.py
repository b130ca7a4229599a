"""Calls at a steady pace, each kind on a connection of its own, and how long each took."""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    name: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    bodies: tuple[bytes, ...] = (b"",)  # in turn
    good: tuple[int, ...] = (200, 201)


@dataclass
class Times:
    milliseconds: list[float] = field(default_factory=list)
    refused: Counter = field(default_factory=Counter)  # statuses that are not good

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def timed(port: int, calls: list[Call], seconds: float, per_second: float) -> dict[str, Times]:
    """A call is due when its time has come, whatever became of the one before: what a slow answer makes wait counts as
    well, or an outage of a second would be one slow call."""
    found = {call.name: Times() for call in calls}
    failures: list[Exception] = []

    def caller(call: Call) -> None:
        try:
            _repeat(port, call, found[call.name], seconds, per_second)
        except Exception as error:  # whatever it was, the one who measures has to know
            failures.append(RuntimeError(f"{call.name}: {error!r}"))

    threads = [threading.Thread(target=caller, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return found


def _repeat(port: int, call: Call, times: Times, seconds: float, per_second: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.monotonic()
    for number in range(int(seconds * per_second)):
        due = began + number / per_second
        if time.monotonic() > began + 2 * seconds:  # it will never catch up: the rest has waited until now
            times.milliseconds.append((time.monotonic() - due) * 1000)
            continue
        time.sleep(max(0.0, due - time.monotonic()))
        connection.request(call.method, call.path, call.bodies[number % len(call.bodies)], call.headers)
        answer = connection.getresponse()
        answer.read()
        times.milliseconds.append((time.monotonic() - due) * 1000)
        if answer.status not in call.good:
            times.refused[answer.status] += 1
    connection.close()
