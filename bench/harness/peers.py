"""The peers, set up as one would in production: nginx with sendfile, Varnish with everything in memory."""

import contextlib
import resource
from pathlib import Path

from . import processes

NGINX = """
worker_processes auto;
worker_rlimit_nofile {open_files};
daemon off;
pid {scratch}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max={cached_files} inactive=1h;
  open_file_cache_valid 1h;
  keepalive_requests 100000;
  client_body_temp_path {scratch}/nginx-body;
  proxy_temp_path {scratch}/nginx-proxy;
  fastcgi_temp_path {scratch}/nginx-fastcgi;
  uwsgi_temp_path {scratch}/nginx-uwsgi;
  scgi_temp_path {scratch}/nginx-scgi;
  types {{ image/jpeg jpg; }}
  server {{
    listen 127.0.0.1:{port} reuseport;
    root {root};
  }}
}}
"""

VCL = """
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{backend}"; }}
sub vcl_backend_response {{ set beresp.ttl = 1h; }}
"""


@contextlib.contextmanager
def nginx(scratch: Path, root: Path):
    """Serves the files below `root`; yields the port and the process' id."""
    port = processes.free_port()
    config = scratch / "nginx.conf"
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    settings = {"open_files": open_files, "cached_files": open_files * 3 // 4}
    config.write_text(NGINX.format(scratch=scratch, port=port, root=root, **settings), encoding="utf-8")
    (root / "up.jpg").write_bytes(b"up")
    log = scratch / "nginx.log"
    with processes.running(["nginx", "-p", str(scratch), "-c", str(config)], log) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/up.jpg", process, log)
        yield port, process.pid


@contextlib.contextmanager
def varnish(
    scratch: Path, vcl: str, ready_path: str, environment: dict[str, str] | None = None, port: int | None = None
):
    """Yields the port and the process' id."""
    port = port or processes.free_port()
    file = scratch / "bench.vcl"
    file.write_text(vcl, encoding="utf-8")
    work = scratch / "varnish"
    log = scratch / "varnish.log"
    command = ["varnishd", "-F", "-n", str(work), "-a", f"127.0.0.1:{port}", "-f", str(file), "-s", "malloc,256m"]
    with processes.running(command, log, environment) as process:
        processes.wait_for(f"http://127.0.0.1:{port}{ready_path}", process, log)
        yield port, process.pid


def plain_vcl(backend: int) -> str:
    return VCL.format(backend=backend)
