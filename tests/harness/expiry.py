"""Time that passes for what expires, without anybody's having to wait for it."""

import signal

from harness.catalog import by_hand
from harness.waiting import wait_until

DAY = 24 * 60 * 60 * 1000


def passes(server, outcome: str = "done") -> float:
    return server.metrics().total("rucola_expiry_passes_total", outcome=outcome)


def look_for_what_expires(server, outcome: str = "done") -> None:
    """Returns when the server has looked. Twice: it may have begun the first time before this was called."""
    for _ in range(2):
        before = passes(server, outcome)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda before=before: passes(server, outcome) > before, "the server to look for what expires")


def days_pass(server, days: float) -> None:
    """As if the server had run for so long, and looked at the clock all the while."""
    by_hand(server, "UPDATE seen_clock SET seen = seen + ?", int(days * DAY))
    look_for_what_expires(server)
