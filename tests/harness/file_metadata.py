"""JPEGs with metadata in them: EXIF by Pillow, IPTC and XMP as segments before the first of the file's own."""

import struct

from PIL import Image

from harness import pictures

MAKE, MODEL, F_NUMBER, DATE_TIME_ORIGINAL, OFFSET_TIME_ORIGINAL = 271, 272, 33437, 36867, 36881
EXIF_IFD, GPS_IFD = 34665, 34853
APP1, APP13 = 0xE1, 0xED
XMP_MARKER = b"http://ns.adobe.com/xap/1.0/\0"

SYDNEY = {1: "S", 2: (33.0, 51.0, 30.6), 3: "E", 4: (151.0, 12.0, 36.0), 5: b"\0", 6: 58.5}


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + jpeg[2:]


def with_exif(make: str, f_number: float, taken: str, gps: dict | None = None, seed: int = 0) -> bytes:
    exif = Image.Exif()
    exif[MAKE] = make
    exif[EXIF_IFD] = {F_NUMBER: f_number, DATE_TIME_ORIGINAL: taken, OFFSET_TIME_ORIGINAL: "+02:00"}
    if gps:
        exif[GPS_IFD] = gps
    return pictures.encode(pictures.scene(60, 40, seed), "JPEG", exif=exif)


def _dataset(number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value


def with_iptc(jpeg: bytes, *fields: tuple[int, bytes]) -> bytes:
    iptc = b"".join(_dataset(number, value) for number, value in fields)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + bytes(len(iptc) % 2)
    return with_segment(jpeg, APP13, b"Photoshop 3.0\0" + resource)


def xmp(properties: str) -> bytes:
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">{properties}</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def with_xmp(jpeg: bytes, properties: str) -> bytes:
    return with_segment(jpeg, APP1, XMP_MARKER + xmp(properties))
