"""The shipped configurations of nginx, HAProxy and Caddy (packaging/), each in the real program, in front of a rucola.

    with Nginx(backend_port=server.port) as front:
        requests.get(front.url + "/thumb/-_logo_-.jpg", headers={"Host": "acme.localhost"})

Nothing of the files is changed but ports and the places of files; lines that they have as an option, marked `#TLS` and
`#CACHE`, lose their mark where a test asks for that. Everything lives in a temporary folder; the ports are the kernel's
choice, on 127.0.0.1.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness.listening import START_LIMIT_SECONDS, comes_to_listen, free_port

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def replaced(text: str, pattern: str, by: str, count: int = 1) -> str:
    text, changed = re.subn(pattern, lambda _: by, text, flags=re.MULTILINE)
    assert changed == count, f"{pattern!r} stands {changed} times in the shipped file"
    return text


def unmarked(text: str, mark: str) -> str:
    """With the lines of that option."""
    assert f"#{mark}" in text
    return re.sub(rf"#{mark}( |$)", "", text, flags=re.MULTILINE)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "rucola.crt", folder / "rucola.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


class ReverseProxy:
    """`tls`: it listens with TLS as well, at `tls_url`. `below_a_path`: also with what the example of a path prefix
    adds. `url` is http://127.0.0.1:<port> once it runs."""

    name = ""

    def __init__(self, backend_port: int, tls: bool = False, below_a_path: bool = False, caching: bool = False):
        self.backend_port = backend_port
        self.tls, self.below_a_path, self.caching = tls, below_a_path, caching
        self.port = self.tls_port = 0
        self.folder = Path(tempfile.mkdtemp(prefix=f"rucola-{self.name}-"))
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "ReverseProxy":
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"https://127.0.0.1:{self.tls_port}"

    def output(self) -> str:
        path = self.folder / "output"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(START_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Each kind's own

    def write_configuration(self) -> list[str]:
        """Writes its files for self.port and self.tls_port; the command that runs it in the foreground."""
        raise NotImplementedError

    # Inner things

    def _start(self) -> None:
        for _ in range(5):  # the free port may be taken by somebody else before it is bound to
            self.port, self.tls_port = free_port(), free_port()
            command = self.write_configuration()
            with open(self.folder / "output", "wb") as output:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                                 stderr=subprocess.STDOUT, cwd=self.folder,
                                                 env={**os.environ, "HOME": str(self.folder)})
            if comes_to_listen(self._process, self.port):
                return
        raise AssertionError(f"{self.name} did not start:\n{self.output()}")


class Nginx(ReverseProxy):
    name = "nginx"

    def write_configuration(self) -> list[str]:
        shipped = PACKAGING / "nginx"
        site = (shipped / "rucola.conf").read_text()
        site = replaced(site, r"listen 80;", f"listen 127.0.0.1:{self.port};")
        site = replaced(site, r"127\.0\.0\.1:8080", f"127.0.0.1:{self.backend_port}")
        if self.tls:
            certificate, key = make_certificate(self.folder)
            site = unmarked(site, "TLS")
            site = replaced(site, r"listen 443", f"listen 127.0.0.1:{self.tls_port}")
            site = replaced(site, r"/etc/nginx/rucola\.crt", str(certificate))
            site = replaced(site, r"/etc/nginx/rucola\.key", str(key))
        outside, inside = "", ""
        if self.caching:
            outside, inside = (shipped / "caching.conf").read_text().split("# Inside the server:\n")
            outside = replaced(outside, r"/var/cache/nginx/rucola", str(self.folder / "cache"))
            inside = unmarked(inside, "CACHE")
        if self.below_a_path:
            inside += (shipped / "below-a-path.conf").read_text()
        site = replaced(site, r"^    location / \{", f"{inside}\n    location / {{")
        (self.folder / "snippets").mkdir(exist_ok=True)
        shutil.copy(shipped / "rucola-proxy.conf", self.folder / "snippets")
        temporary = "".join(f"  {kind}_temp_path {self.folder}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.folder}/pid;\nerror_log stderr;\n{'user root;' if os.geteuid() == 0 else ''}\n"
            f"events {{ }}\nhttp {{\n  access_log off;\n{temporary}{outside}\n{site}\n}}\n")
        return ["nginx", "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]


class Haproxy(ReverseProxy):
    name = "haproxy"

    def write_configuration(self) -> list[str]:
        shipped = PACKAGING / "haproxy"
        text = (shipped / "haproxy.cfg").read_text()
        text = replaced(text, r"bind :80$", f"bind 127.0.0.1:{self.port}")
        text = replaced(text, r"127\.0\.0\.1:8080", f"127.0.0.1:{self.backend_port}")
        text = replaced(text, r"inter 2s", "inter 200ms")
        if self.tls:
            certificate, key = make_certificate(self.folder)
            pair = self.folder / "rucola.pem"
            pair.write_text(certificate.read_text() + key.read_text())
            text = unmarked(text, "TLS")
            text = replaced(text, r"bind :443", f"bind 127.0.0.1:{self.tls_port}")
            text = replaced(text, r"/etc/haproxy/rucola\.pem", str(pair))
        if self.below_a_path:
            text = replaced(text, r"^    default_backend rucola$",
                            (shipped / "below-a-path.cfg").read_text() + "    default_backend rucola")
        (self.folder / "haproxy.cfg").write_text(text)
        return ["haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")]


class Caddy(ReverseProxy):
    name = "caddy"

    def write_configuration(self) -> list[str]:
        shipped = PACKAGING / "caddy"
        text = (shipped / "Caddyfile").read_text()
        text = replaced(text, r"127\.0\.0\.1:8080", f"127.0.0.1:{self.backend_port}")
        site = text[text.index(":80 {"):]
        text = text.removesuffix(site)
        if self.below_a_path:
            site = replaced(site, r"^\thandle \{", (shipped / "below-a-path.Caddyfile").read_text() + "\thandle {")
        plain = replaced(site, r"^:80 \{", f"http://:{self.port} {{\n\tbind 127.0.0.1")
        text += plain
        if self.tls:
            certificate, key = make_certificate(self.folder)
            secure = unmarked(site, "TLS")
            secure = replaced(secure, r"^:80 \{", f"https://:{self.tls_port} {{\n\tbind 127.0.0.1")
            secure = replaced(secure, r"/etc/caddy/rucola\.crt", str(certificate))
            text += replaced(secure, r"/etc/caddy/rucola\.key", str(key))
        # Its own admin API has a fixed port, and its redirects another.
        (self.folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
        return ["caddy", "run", "--config", str(self.folder / "Caddyfile"), "--adapter", "caddyfile"]
