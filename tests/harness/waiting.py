"""Waiting for a condition instead of hoping for a time."""

import time


def wait_until(condition, what: str, limit_seconds: float = 60.0):
    """Polls until `condition()` is true and returns its value; fails with `what` after a generous limit."""
    give_up_at = time.monotonic() + limit_seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < give_up_at, f"waited {limit_seconds} s in vain: {what}"
        time.sleep(0.01)


def wait_for_a_date(org, path: str) -> str:
    """Within the second of a change the date of a render can't tell before from after. The first one that can."""
    def validator():
        since = org.render(path).headers["Last-Modified"]
        return org.render(path, headers={"If-Modified-Since": since}).status_code == 304 and since

    return wait_until(validator, "the date to be good as a validator")
