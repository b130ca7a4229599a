"""Fixtures of all tests that talk to the real binary."""

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.server import PROGRAM, Rucola  # noqa: E402

HUNG_AFTER_SECONDS = 180


def pytest_sessionstart():
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} is missing: run `make build` first, or set RUCOLA_BUILD", returncode=2)


@pytest.fixture(autouse=True)
def watchdog(request):
    """A test that hangs fails instead of stopping the whole run."""
    mark = request.node.get_closest_marker("time_limit")
    seconds = mark.args[0] if mark else HUNG_AFTER_SECONDS

    def bite(*_):
        raise TimeoutError(f"the test hangs: it has been running for {seconds} s")

    before = signal.signal(signal.SIGALRM, bite)
    signal.alarm(seconds)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def server():
    """One server with the default configuration, for tests that leave it as it is."""
    with Rucola() as running:
        yield running


@pytest.fixture(scope="module")
def org(server):
    """An organization of the module's own, and a key for it that may do everything."""
    return server.organization()


@pytest.fixture
def new_org(server):
    """An organization of the test's own."""
    return server.organization()


@pytest.fixture
def start_server():
    """Starts servers that end with the test; takes what Rucola takes."""
    running = []

    def start(*arguments, **options) -> Rucola:
        started = Rucola(*arguments, **options)
        running.append(started)
        started.start()
        return started

    yield start
    for one in running:
        one.close()


@pytest.fixture
def own_server(start_server):
    """A server with the default configuration that the test may do anything to."""
    return start_server()
