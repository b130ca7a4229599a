"""All of them, rucola apart, in the order in which tables have them."""

from . import imagor, imgproxy, libvips, nginx, sharp, thumbor

LIMIT = "libvips in-process"
PEERS = {
    LIMIT: libvips.started,
    "sharp in-process": sharp.started_in_process,
    "sharp behind HTTP": sharp.started_server,
    "imagor": imagor.started,
    "imgproxy": imgproxy.started,
    "nginx image_filter": nginx.started,
    "Thumbor": thumbor.started,
}
