"""nginx with its module image_filter, which renders with GD: the same format only, and none but what GD reads."""

import contextlib
from pathlib import Path

from harness import machine, pictures, processes
from harness.cells import Cell, Job

from .peer import Missing, Refused, Server

MODULE = Path("/usr/lib/nginx/modules/ngx_http_image_filter_module.so")
FORMATS = ("jpg", "png", "webp")

CONFIGURATION = """
load_module {module};
worker_processes auto;
daemon off;
pid {scratch}/image-filter.pid;
error_log stderr crit;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 100000;
  client_body_temp_path {scratch}/filter-body;
  proxy_temp_path {scratch}/filter-proxy;
  fastcgi_temp_path {scratch}/filter-fastcgi;
  uwsgi_temp_path {scratch}/filter-uwsgi;
  scgi_temp_path {scratch}/filter-scgi;
  types {{ image/jpeg jpg jpeg; image/png png; image/webp webp; }}
  server {{
    listen 127.0.0.1:{port} reuseport;
    root {folder};
    location = /up {{ return 200; }}
    location / {{
      image_filter resize $arg_width -;
      image_filter_jpeg_quality $arg_quality;
      image_filter_webp_quality $arg_quality;
      image_filter_buffer 256M;
    }}
  }}
}}
"""


class Nginx(Server):
    name = "nginx image_filter"
    version = machine.first_line("nginx", "-v").removeprefix("nginx version: ")
    settings = {
        "": "GD's averages, no EXIF, no colour profiles",
        "jpg": "Huffman tables are not optimised",
        "png": "compression 6, row filters of libpng's choice; neither can be set",
    }

    def __init__(self, port: int, pid: int, files: dict[str, str]) -> None:
        super().__init__(port, pid)
        self.files = files

    def path(self, cell: Cell, job: Job) -> str:
        file = self.files[cell.picture.name]
        if pictures.SUFFIXES[Path(file).suffix] != job.output or job.output not in FORMATS:
            raise Refused("no other format than the source's, of jpg, png and webp")
        return f"/{file}?width={job.width}&quality={job.quality}"


@contextlib.contextmanager
def started(scratch: Path, folder: Path, files: dict[str, str]):
    if not MODULE.exists():
        raise Missing(f"{MODULE} is missing; `make bench` installs it")
    port = processes.free_port()
    configuration = scratch / "image-filter.conf"
    configuration.write_text(CONFIGURATION.format(module=MODULE, scratch=scratch, folder=folder, port=port), encoding="utf-8")
    log = scratch / "image-filter.log"
    with processes.running(["nginx", "-p", str(scratch), "-c", str(configuration)], log) as process:
        processes.wait_for(f"http://127.0.0.1:{port}/up", process, log)
        yield Nginx(port, process.pid, files)
