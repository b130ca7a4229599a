"""A real varnishd in front of a local origin, for tests.

    with Varnish(backend_port=origin.port, secret=SECRET) as edge:
        requests.get(edge.url + "/thumb/-_logo_-.jpg", headers={"Host": "acme.localhost"})

It runs the shipped packaging/varnish/default.vcl with nothing changed but the backend's port. Everything it writes
is in a temporary directory of its own; it binds to 127.0.0.1 on a port that the kernel chose.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness.listening import START_LIMIT_SECONDS, comes_to_listen, free_port

SHIPPED_VCL = Path(__file__).resolve().parents[2] / "packaging" / "varnish" / "default.vcl"
SECRET = "a-secret-of-the-tests"


class Varnish:
    """`secret=None` leaves RUCOLA_PURGE_SECRET unset. `tls`: with a listener for a proxy that speaks TLS and PROXY, at
    `tls_port`. `url` is http://127.0.0.1:<port> once it runs."""

    def __init__(self, backend_port: int, secret: str | None, probe_interval: str | None = None, tls: bool = False):
        self.backend_port = backend_port
        self.secret = secret
        self.probe_interval = probe_interval  # such as "100ms", for tests that wait for the probe
        self.tls = tls
        self.url = ""
        self.tls_port = 0
        self._process = None
        self._directory = None
        self._log = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self) -> None:
        self._directory = tempfile.mkdtemp(prefix="rucola-edge-")
        os.chmod(self._directory, 0o755)  # varnishd drops its privileges and still has to read in there
        for _ in range(5):  # the free port may be taken by somebody else before varnishd binds to it
            if self._try_start(free_port()):
                return
        output = self.output()
        self.stop()
        raise AssertionError(f"varnishd did not start:\n{output}")

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(START_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def output(self) -> str:
        """What varnishd has printed so far."""
        return Path(self._directory, "output").read_text(errors="replace") if self._directory else ""

    def counter(self, name: str) -> int:
        """A counter of varnishstat, such as MAIN.n_object."""
        text = subprocess.run(
            ["varnishstat", "-n", str(Path(self._directory, "n")), "-1", "-f", name],
            check=True, capture_output=True, text=True,
        ).stdout
        return sum(int(line.split()[1]) for line in text.splitlines() if line.strip())

    def tell(self, *words: str) -> str:
        """A command of varnishadm, such as tell("backend.list")."""
        return subprocess.run(
            ["varnishadm", "-n", str(Path(self._directory, "n")), *words], check=True, capture_output=True, text=True
        ).stdout

    def _vcl(self) -> str:
        text, changed = re.subn(r'\.port = "8080";', f'.port = "{self.backend_port}";', SHIPPED_VCL.read_text())
        assert changed == 1, "the shipped VCL must have one backend on port 8080"
        if self.probe_interval:
            text, changed = re.subn(r"\.interval = [^;]+;", f".interval = {self.probe_interval};", text)
            assert changed == 1, "the shipped VCL must have one probe"
        return text

    def _try_start(self, port: int) -> bool:
        vcl = Path(self._directory, "edge.vcl")
        vcl.write_text(self._vcl())
        environment = {k: v for k, v in os.environ.items() if k != "RUCOLA_PURGE_SECRET"}
        if self.secret is not None:
            environment["RUCOLA_PURGE_SECRET"] = self.secret
        self.tls_port = free_port() if self.tls else 0
        tls = ("-a", f"127.0.0.1:{self.tls_port},PROXY") if self.tls else ()
        self._log = open(Path(self._directory, "output"), "wb")
        self._process = subprocess.Popen(
            ["varnishd", "-F", "-n", str(Path(self._directory, "n")), "-f", str(vcl),
             "-a", f"127.0.0.1:{port}", *tls, "-s", "malloc,64m", "-p", "backend_idle_timeout=50",
             "-p", "cc_command=exec cc -O0 -fpic -shared -Wl,-x -o %o %s"],  # the optimiser takes longer than the tests
            env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
        )
        if not comes_to_listen(self._process, port):
            return False
        self.url = f"http://127.0.0.1:{port}"
        return True
