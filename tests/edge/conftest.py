import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from origin import Origin  # noqa: E402
from varnish import SECRET, Varnish  # noqa: E402


@pytest.fixture
def origin():
    server = Origin()
    yield server
    server.close()


@pytest.fixture
def edge(origin):
    with Varnish(origin.port, SECRET, probe_interval="100ms") as varnish:
        yield varnish
