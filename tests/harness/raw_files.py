"""Camera RAW files and EPS as small as they get: the directories and boxes that their makers write, with pictures of ours
as previews and noise for what the sensor saw."""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7

CFA = 32803
SENSOR = random.Random(7).randbytes(3000)


@dataclass
class Data:
    """Behind an offset, and behind all directories; its size is another entry's matter."""
    content: bytes


@dataclass
class Directory:
    entries: dict
    next: "Directory | None" = None


@dataclass
class Note:
    """A maker's note: what is in it depends on where it lies."""
    make: "Callable[[Writer, int], bytes]"


@dataclass
class Writer:
    order: str
    out: bytearray = field(default_factory=bytearray)
    later: list = field(default_factory=list)

    def pack(self, form: str, *numbers) -> bytes:
        return struct.pack(("<" if self.order == "II" else ">") + form, *numbers)

    def place(self, content: bytes) -> int:
        self.out += bytes(len(self.out) % 2)
        self.out += content
        return len(self.out) - len(content)

    def place_data(self) -> None:
        for at, data in self.later:
            self.out[at:at + 4] = self.pack("I", self.place(data.content))

    def value(self, value) -> tuple[int, int, bytes]:
        """Type, count and bytes."""
        if isinstance(value, bytes):
            return ASCII, len(value) + 1, value + b"\0"
        if isinstance(value, int):
            return (SHORT, 1, self.pack("H", value)) if value < 1 << 16 else (LONG, 1, self.pack("I", value))
        if isinstance(value, float):
            return RATIONAL, 1, self.pack("II", round(value * 1000), 1000)
        if isinstance(value, Data):
            return LONG, 1, bytes(4)
        if isinstance(value, Directory):
            return LONG, 1, self.pack("I", self.directory(value))
        if isinstance(value, list):
            return LONG, len(value), b"".join(self.pack("I", self.directory(one)) for one in value)
        if isinstance(value, Note):
            at = self.place(bytes(1000))
            note = value.make(self, at)
            self.out[at:at + len(note)] = note
            return UNDEFINED, 1000, self.pack("I", at)
        kind, count, content = value
        return kind, count, content

    def directory(self, directory: Directory) -> int:
        entries = sorted(directory.entries.items())
        at = self.place(bytes(2 + 12 * len(entries) + 4))
        written = self.pack("H", len(entries))
        for number, (tag, value) in enumerate(entries):
            kind, count, content = self.value(value)
            if isinstance(value, Data):
                self.later.append((at + 2 + 12 * number + 8, value))
            if len(content) > 4:
                content = self.pack("I", self.place(content))
            written += self.pack("HHI", tag, kind, count) + content.ljust(4, b"\0")
        written += self.pack("I", self.directory(directory.next) if directory.next else 0)
        self.out[at:at + len(written)] = written
        return at


def tiff(first: Directory, order: str = "II", *, magic: bytes = b"", mark: bytes = b"") -> bytes:
    """`magic` stands in place of TIFF's 42, `mark` behind the header."""
    writer = Writer(order)
    start = magic or order.encode() + writer.pack("H", 42)
    writer.out += start + bytes(4) + mark
    writer.out[4:8] = writer.pack("I", writer.directory(first))
    writer.place_data()
    return bytes(writer.out)


def packed_sensor() -> bytes:
    """The beginning of a JPEG without losses of 14 bits, which no viewer shows."""
    return b"\xff\xd8\xff\xc3" + struct.pack(">HBHHB", 14, 14, 2000, 3000, 2) + bytes(6) + SENSOR


def in_exif(jpeg: bytes) -> dict:
    """As EXIF names a thumbnail."""
    return {0x0201: Data(jpeg), 0x0202: len(jpeg)}


def in_strip(jpeg: bytes, compression: int) -> dict:
    return {0x0103: compression, 0x0111: Data(jpeg), 0x0117: len(jpeg)}


def sensor(compression: int, content: bytes = SENSOR) -> dict:
    return {0x00fe: 0, 0x0100: 3000, 0x0101: 2000, 0x0103: compression, 0x0106: CFA, 0x0111: Data(content),
            0x0117: len(content)}


def uncompressed(width: int = 16, height: int = 10) -> dict:
    """A thumbnail of which TIFF readers make a picture."""
    return {0x00fe: 1, 0x0100: width, 0x0101: height, 0x0102: (SHORT, 3, bytes([8, 0] * 3)), 0x0103: 1, 0x0106: 2,
            0x0111: Data(bytes(range(30)) * (width * height // 10)), 0x0115: 3, 0x0116: height, 0x0117: 3 * width * height}


def exposure(**more) -> Directory:
    return Directory({0x829a: 0.008, 0x829d: 5.6, 0x8827: 400, 0x9003: b"2024:05:01 12:34:56", 0xa434: b"A lens", **more})


def said(make: bytes, orientation: int) -> dict:
    place = Directory({1: b"N", 2: (RATIONAL, 3, struct.pack("<6I", 47, 1, 22, 1, 30, 1)), 3: b"E",
                       4: (RATIONAL, 3, struct.pack("<6I", 8, 1, 33, 1, 0, 1))})
    return {0x010f: make, 0x0110: b"A model", 0x0112: orientation, 0x0131: b"1.0", 0x8298: b"Ursula Example",
            0x8769: exposure(), 0x8825: place}


def nef(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    """The middle one lies in the maker's note."""
    def note(writer: Writer, at: int) -> bytes:
        inner = Writer("II")
        inner.out += b"II*\0" + struct.pack("<I", 8)
        preview = Directory({0x0103: 6, 0x0201: (LONG, 1, struct.pack("<I", writer.place(middle) - at - 10)),
                             0x0202: len(middle)})
        inner.directory(Directory({0x0001: (UNDEFINED, 4, b"0210"), 0x0011: preview}))
        return b"Nikon\0\2\x10\0\0" + inner.out

    shown = Directory({0x00fe: 1, **in_exif(large), 0x0103: 6, 0x0213: 2})
    exif = exposure()
    exif.entries[0x927c] = Note(note)
    return tiff(Directory({**said(b"NIKON CORPORATION", orientation), **uncompressed(), 0x8769: exif,
                           0x014a: [shown, Directory(sensor(34713))]}, next=Directory(in_exif(small))))


def cr2(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    """The middle one is no JPEG in these; it is left out."""
    raw = Directory({0x0103: 6, 0x0111: Data(packed_sensor()), 0x0117: len(packed_sensor())})
    rgb = Directory(uncompressed(), next=raw)
    thumbnail = Directory(in_exif(small), next=rgb)
    return tiff(Directory({**said(b"Canon", orientation), **in_strip(large, 6)}, next=thumbnail), mark=b"CR\2\0" + bytes(4))


def arw(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    last = Directory({0x0103: 6, **in_exif(large)})
    return tiff(Directory({**said(b"SONY", orientation), 0x0103: 6, **in_exif(middle), 0x014a: [Directory(sensor(32767))]},
                          next=Directory({0x0103: 6, **in_exif(small)}, next=last)))


def dng(small: bytes, middle: bytes, large: bytes, orientation: int = 1, *, xmp: bytes = b"") -> bytes:
    preview = lambda jpeg: Directory({0x00fe: 1, 0x0106: 6, **in_strip(jpeg, 7)})
    raw = Directory(sensor(7, packed_sensor()))
    first = {**said(b"Example", orientation), **uncompressed(), 0xc612: (1, 4, b"\1\4\0\0"),
             0x014a: [raw, preview(middle), preview(large), preview(small)]}
    if xmp:
        first[0x02bc] = (1, len(xmp), xmp)
    return tiff(Directory(first))


def orf(small: bytes, middle: bytes, large: bytes, orientation: int = 1, *, header: bytes = b"OLYMPUS\0II\3\0") -> bytes:
    """The large one lies in the maker's note, counted from its beginning."""
    def note(writer: Writer, at: int) -> bytes:
        settings = Directory({0x0100: 1, 0x0101: (LONG, 1, struct.pack("<I", writer.place(large) - at)), 0x0102: len(large)})
        inner = Writer("II", bytearray(header))
        inner.directory(Directory({0x0000: (UNDEFINED, 4, b"0100"), 0x2020: settings}))
        return bytes(inner.out)

    exif = exposure()
    exif.entries[0x927c] = Note(note)
    return tiff(Directory({**said(b"OLYMPUS CORPORATION", orientation), **sensor(1), 0x8769: exif},
                          next=Directory(in_exif(small))), magic=b"IIRO")


def rw2(small: bytes, middle: bytes, large: bytes, orientation: int = 1, *, newer: bool = False) -> bytes:
    """A part of the tags are Panasonic's own, and the strips lie nowhere. Newer cameras have two previews."""
    as_value = lambda jpeg: (UNDEFINED, len(jpeg), jpeg)
    first = {**said(b"Panasonic", orientation), 0x0001: (UNDEFINED, 4, b"0300"), 0x0111: 0xffffffff, 0x0117: 0,
             0x0118: Data(SENSOR), 0x002e: as_value(large)}
    if newer:
        first |= {0x002e: as_value(middle), 0x0127: as_value(large)}
    return tiff(Directory(first), magic=b"IIU\0")


def pef(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    shown = Directory({0x0103: 6, **in_exif(large)})
    thumbnail = Directory({0x0103: 6, **in_exif(small)}, next=shown)
    first = {**said(b"PENTAX", orientation), **sensor(65535)}
    del first[0x8825]  # its numbers are little-endian
    return tiff(Directory(first, next=thumbnail), "MM")


def srw(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    shown = Directory({0x0103: 6, **in_exif(large)})
    return tiff(Directory({**said(b"SAMSUNG", orientation), 0x0103: 1, 0x014a: [shown, Directory(sensor(32770))]},
                          next=Directory({0x0103: 6, **in_exif(small)})))


def raf(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    """Has one JPEG, which says itself how the camera was held."""
    head = b"FUJIFILMCCD-RAW 0201FF389501" + b"A model".ljust(32, b"\0") + b"0100" + bytes(20)
    at = 160
    places = struct.pack(">6I", at, len(large), at + len(large), 0, at + len(large), len(SENSOR))
    return (head + places).ljust(at, b"\0") + large + SENSOR


def box(kind: str | bytes, content: bytes) -> bytes:
    """`kind`: four letters, or the 16 bytes of a UUID."""
    head = b"uuid" + kind if isinstance(kind, bytes) else kind.encode()
    return struct.pack(">I", 4 + len(head) + len(content)) + head + content


def cr3(small: bytes, middle: bytes, large: bytes, orientation: int = 1) -> bytes:
    """Small: a box of its own; middle: another at the end; large: a track's only sample."""
    texts = said(b"Canon", orientation)
    exif, place = texts.pop(0x8769), texts.pop(0x8825)
    thumbnail = struct.pack(">IHHIHH", 0, 160, 120, len(small), 1, 0) + small
    canon = box(bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"),
                box("CNCV", b"CanonCR3_001/00.09.00/00.00.00") + box("CMT1", tiff(Directory(texts))) + box("CMT2", tiff(exif))
                + box("CMT4", tiff(place)) + box("THMB", thumbnail))
    preview = box(bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16"),
                  struct.pack(">Q", 1) + box("PRVW", struct.pack(">IHHHHI", 0, 1, 60, 40, 1, len(middle)) + middle))

    def track(kind: str, size: int, at: int) -> bytes:
        video = struct.pack(">6xH16xHHIII2x32xHh", 1, 60, 40, 0x480000, 0x480000, 0, 24, -1)
        table = (box("stsd", struct.pack(">II", 0, 1) + box("CRAW", video + box(kind, bytes(4))))
                 + box("stsz", struct.pack(">IIII", 0, 0, 1, size)) + box("co64", struct.pack(">IIQ", 0, 1, at)))
        return box("trak", box("mdia", box("hdlr", bytes(8) + b"vide" + bytes(13)) + box("minf", box("stbl", table))))

    def movie(at: int) -> bytes:
        return box("moov", canon + track("JPEG", len(large), at) + track("CMP1", len(SENSOR), at + len(large)))

    start = box("ftyp", b"crx \0\0\0\1crx isom")
    at = len(start) + len(movie(0)) + len(preview) + 8
    return start + movie(at) + preview + box("mdat", large + SENSOR)


KINDS = {"cr2": cr2, "cr3": cr3, "nef": nef, "arw": arw, "dng": dng, "orf": orf, "rw2": rw2, "pef": pef, "srw": srw,
         "raf": raf}


def eps(tiff_preview: bytes = b"", metafile: bytes = b"") -> bytes:
    """In the binary form, with the previews that there are."""
    program = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n%%EOF\n"
    at = 30 + len(program)
    return (b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", 30, len(program), at if metafile else 0, len(metafile),
                                              at + len(metafile) if tiff_preview else 0, len(tiff_preview), 0xffff)
            + program + metafile + tiff_preview)
