"""The example of a service that describes pictures, as an operator starts it."""

import re
import subprocess
import sys
from contextlib import contextmanager

from harness.server import PROJECT

SECRET = "a-secret-of-the-tests"


def config(url, secret=SECRET, timeout=30):
    return f'[vision]\nurl = "{url}"\nsecret = "{secret}"\ntimeout_seconds = {timeout}\n'


@contextmanager
def example_service():
    process = subprocess.Popen([sys.executable, str(PROJECT / "tools" / "vision_example.py"), "--port", "0", "--secret", SECRET],
                               stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stdout.readline()).group(0)
    finally:
        process.terminate()
        process.wait(60)
