"""Files of one colour whose colours are said in all the ways there are. Written byte by byte where no program at hand
writes them."""

import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from PIL import Image

from harness import pictures, vips

SIDE = 64

# Code points of ITU-T H.273, and what FFmpeg calls them.
_PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
_TRANSFER = {1: "bt709", 4: "gamma22", 6: "smpte170m", 8: "linear", 13: "iec61966-2-1", 14: "bt2020-10", 16: "smpte2084",
             17: "smpte428", 18: "arib-std-b67"}


# PNG


def _chunk(type_: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + type_ + content + struct.pack(">I", zlib.crc32(type_ + content))


def png(samples: tuple, *chunks: tuple[bytes, bytes], depth: int = 8, side: int = SIDE) -> bytes:
    """Of 1 to 4 samples a pixel; the chunks come before the pixels, in that order."""
    color_type = {1: 0, 2: 4, 3: 2, 4: 6}[len(samples)]
    pixel = struct.pack(f">{len(samples)}{'H' if depth == 16 else 'B'}", *samples)
    header = struct.pack(">IIBBBBB", side, side, depth, color_type, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress((b"\0" + pixel * side) * side)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


SRGB = (b"sRGB", b"\0")
CHRM_SRGB = (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
CHRM_P3 = (b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))


def gama(value: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", value)


def cicp(primaries: int, transfer: int, matrix: int = 0, full_range: int = 1) -> tuple[bytes, bytes]:
    return b"cICP", bytes([primaries, transfer, matrix, full_range])


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"profile\0\0" + zlib.compress(profile)


def light_level(nits: int) -> tuple[bytes, bytes]:
    return b"cLLI", struct.pack(">II", nits * 10_000, 100 * 10_000)


# ICC profiles


def grey_profile(gamma: float) -> bytes:
    """ICC.1:2001: a curve, a white point, and words."""
    def text(kind: bytes, content: bytes) -> bytes:
        return kind + bytes(4) + content + bytes(-len(content) % 4)
    tags = {
        b"desc": text(b"desc", struct.pack(">I", 5) + b"grey\0" + bytes(78)),
        b"cprt": text(b"text", b"none\0"),
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2),
    }
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s12s4s4sI4s4sQI3i4s44s", at + len(data), bytes(4), 0x02400000, b"mntr", b"GRAY",
                         b"XYZ ", bytes(12), b"acsp", bytes(4), 0, bytes(4), bytes(4), 0, 1, 63190, 65536, 54061,
                         bytes(4), bytes(44))
    return header + struct.pack(">I", len(tags)) + table + data


def known_profile(name: str) -> bytes:
    """One that libvips has: "p3" or "cmyk"."""
    tagged = vips.convert(pictures.solid((1, 2, 3)), ".tif", save=("icc_export", "--output-profile", name))
    return Image.open(io.BytesIO(tagged)).info["icc_profile"]


# AVIF, HEIC and JPEG XL


def _by(suffix: str, source: bytes, command: list, of: str = ".png") -> bytes:
    """The command has {in} and {out} in it."""
    with tempfile.TemporaryDirectory(prefix="rucola-color-") as directory:
        names = {"in": Path(directory, f"in{of}"), "out": Path(directory, f"out{suffix}")}
        names["in"].write_bytes(source)
        done = subprocess.run([part.format(**names) for part in command], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{command}: {done.stderr[-1000:]}"
        return names["out"].read_bytes()


def avif(samples: tuple, primaries: int, transfer: int, bits: int = 8) -> bytes:
    """Of three samples of 16 bits."""
    matrix, tag = ("bt2020", "bt2020nc") if primaries == 9 else ("smpte170m", "smpte170m")
    return _by(".avif", png(samples, depth=16), [
        "ffmpeg", "-y", "-i", "{in}", "-vf",
        f"scale=out_color_matrix={matrix}:out_range=full,format=yuv444p{'' if bits == 8 else f'{bits}le'}",
        "-c:v", "libaom-av1", "-still-picture", "1", "-crf", "3", "-cpu-used", "8",
        "-color_primaries", _PRIMARIES[primaries], "-color_trc", _TRANSFER[transfer], "-colorspace", tag,
        "-color_range", "pc", "{out}"])


def heif(source: bytes, suffix: str, *options: str, of: str = ".png") -> bytes:
    """By libheif's own program, with the profile that `source` has."""
    return _by(suffix, source, ["heif-enc", *(["-A"] if suffix == ".avif" else []), "-q", "100", "-p", "chroma=444", *options,
                                "-o", "{out}", "{in}"], of)


def renamed_colors(file: bytes, primaries: int, transfer: int) -> bytes:
    """Code points in place of the ICC profile of an AVIF or HEIC: heif-enc writes none into HEIC. What is left of the
    profile, nobody reads."""
    before, _, after = file.partition(b"colrprof")
    assert after, "there is no profile"
    return before + b"colrnclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80) + after[7:]


def jxl(samples: tuple, color_space: str, distance: float = 0, depth: int = 16) -> bytes:
    """`color_space` as libjxl writes them: RGB_D65_202_Rel_PeQ."""
    return _by(".jxl", png(samples, depth=depth), ["cjxl", "{in}", "{out}", "-d", str(distance), "-x",
                                                  f"color_space={color_space}"])


def jxl_of(source: bytes, of: str, *options: str) -> bytes:
    """Lossless, of whatever cjxl reads; `of` is the ending of its name."""
    return _by(".jxl", source, ["cjxl", "{in}", "{out}", "-d", "0", *options], of)


# TIFF


def tiff(samples: tuple, extra: tuple | None, *, photometric: int = 2, side: int = SIDE, big_endian: bool = False,
         profile: bytes = b"", big: bool = False) -> bytes:
    """Uncompressed, 8 bits a sample. `extra` is what ExtraSamples says; None leaves it out. `big`: a BigTIFF."""
    order = ">" if big_endian else "<"
    pixels = bytes(samples) * side * side
    offset, count, start = ("Q", "Q", 16) if big else ("I", "H", 8)
    tags = [(256, "H", [side]), (257, "H", [side]), (258, "H", [8] * len(samples)), (259, "H", [1]),
            (262, "H", [photometric]), (273, offset, [start]), (277, "H", [len(samples)]), (278, "H", [side]),
            (279, offset, [len(pixels)])]
    if photometric == 5:
        tags.append((332, "H", [1]))
    if extra is not None:
        tags.append((338, "H", list(extra)))
    if profile:
        tags.append((34675, "B", list(profile)))
    data, entries = pixels, b""
    room = struct.calcsize(order + offset)
    for tag, kind, values in sorted(tags):
        value = struct.pack(f"{order}{len(values)}{kind}", *values)
        if len(value) > room:
            data += bytes(len(data) % 2)
            value, data = struct.pack(order + offset, start + len(data)), data + value
        type_ = {"B": 7, "H": 3, "I": 4, "Q": 16}[kind]
        entries += struct.pack(f"{order}HH{offset}", tag, type_, len(values)) + value.ljust(room, b"\0")
    data += bytes(len(data) % 2)
    magic = (b"MM" if big_endian else b"II") + (struct.pack(order + "HHH", 43, 8, 0) if big else struct.pack(order + "H", 42))
    head = magic + struct.pack(order + offset, start + len(data))
    return head + data + struct.pack(order + count, len(tags)) + entries + struct.pack(order + offset, 0)


# JPEG


def ycck_jpeg(inks: tuple) -> bytes:
    """What Adobe calls YCCK: inks, inverted; and of these cyan, magenta and yellow, inverted once more, as if they were RGB.
    Pillow writes CMYK, whose samples it inverts; the transform's number in Adobe's segment makes the other of it."""
    cyan, magenta, yellow, black = inks
    y, cb, cr = Image.new("RGB", (1, 1), (cyan, magenta, yellow)).convert("YCbCr").getpixel((0, 0))
    stored = Image.new("CMYK", (SIDE, SIDE), (255 - y, 255 - cb, 255 - cr, black))
    data = bytearray(pictures.encode(stored, "JPEG", quality=100))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)
