"""Files that want to do harm, or that are broken. Small ones: what they claim is large, not what they are."""

import struct
import zlib

from harness import vips


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A complete and correct PNG of one colour: 900 megapixels in about 130 KB."""
    compressor = zlib.compressobj(9)
    row = b"\x00" + b"\x00" * ((width + 7) // 8)  # one bit a pixel
    data = b"".join(compressor.compress(row * 100) for _ in range(height // 100)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def animated_png_of_claimed_size(width: int, height: int, still_is_apart: bool) -> bytes:
    """Two frames, of which the first is a dot where the still picture is another one; next to no pixels are there."""
    dot, number = zlib.compress(b"\0\0\0\0\xff"), iter(range(9))
    frame = lambda *size: _chunk(b"fcTL", struct.pack(">IIIIIHHBB", next(number), *size, 0, 0, 1, 10, 0, 0))
    moving = lambda: frame(1, 1) + _chunk(b"fdAT", struct.pack(">I", next(number)) + dot)
    chunks = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) + _chunk(b"acTL", struct.pack(">II", 2, 0))
    chunks += b"" if still_is_apart else frame(width, height)
    chunks += _chunk(b"IDAT", dot) + moving() + (moving() if still_is_apart else b"")
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IEND", b"")


def gif_of_frames(frames: int, width: int = 2, height: int = 2) -> bytes:
    """A correct GIF in which every frame is one colour."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0b1000_0000, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    head += b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    codes = _lzw_of_one_colour(width * height)
    frame = b"\x21\xf9\x04\x04\x0a\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0)
    frame += b"\x02" + _sub_blocks(codes)
    return head + frame * frames + b"\x3b"


def jxl_of_frames(frames: int, width: int = 1, height: int = 1) -> bytes:
    """A correct JPEG XL in which every frame is one colour: the bytes by which three frames are more than two, again and
    again."""
    two, three = (vips.convert(gif_of_frames(count, width, height), ".jxl", load="[n=-1]",
                               save=("jxlsave", "--lossless", "--keep", "none")) for count in (2, 3))
    begin = next(at for at, (one, other) in enumerate(zip(two, three)) if one != other)
    frame = three[begin:begin + len(three) - len(two)]
    assert two == three[:begin] + three[begin + len(frame):], "a frame is a piece of its own"
    return two[:begin] + frame * (frames - 2) + two[begin:]


def jxl_of_size(codestream: bytes, width: int, height: int) -> bytes:
    """One that says it is as large; what follows is as it was, but for lying elsewhere in its bytes."""
    assert codestream.startswith(b"\xff\x0a")
    bits = int.from_bytes(codestream[2:], "little")
    size = 0b11 << 1 | (height - 1) << 3 | 0b11 << 36 | (width - 1) << 38
    claimed = size | bits >> _length_of_jxl_size(bits) << 68
    return codestream[:2] + claimed.to_bytes((claimed.bit_length() + 7) // 8, "little")


def _length_of_jxl_size(bits: int) -> int:
    """In bits: a height, a ratio, and a width where that is none of the usual ones (ISO 18181-1)."""
    def side(at: int) -> int:
        return at + 5 if bits & 1 else at + 2 + (9, 13, 18, 30)[bits >> at & 3]

    ratio_at = side(1)
    return ratio_at + 3 if bits >> ratio_at & 7 else side(ratio_at + 3)


def _sub_blocks(data: bytes) -> bytes:
    blocks = (data[start:start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"


def _lzw_of_one_colour(pixels: int) -> bytes:
    """Codes of 3 bits, the table cleared before it would grow past them: simple, and every decoder takes it."""
    clear, end = 4, 5
    codes = []
    while pixels > 0:
        codes.append(clear)
        run = min(2, pixels)
        codes += [0] * run
        pixels -= run
    codes.append(end)
    bits, size, out = 0, 0, bytearray()
    for code in codes:
        bits |= code << size
        size += 3
        while size >= 8:
            out.append(bits & 0xFF)
            bits, size = bits >> 8, size - 8
    if size:
        out.append(bits & 0xFF)
    return bytes(out)


def jp2_of_size(jp2: bytes, width: int, height: int) -> bytes:
    """A JPEG 2000 file that claims another size, in its box and in its code stream."""
    data = bytearray(jp2)
    box = data.index(b"ihdr") + 4
    data[box:box + 8] = struct.pack(">II", height, width)
    stream = data.index(b"\xff\x4f\xff\x51") + 8
    data[stream:stream + 8] = struct.pack(">II", width, height)
    return bytes(data)


def svg_with_external_entity(path: str) -> bytes:
    return f"""<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY stolen SYSTEM "file://{path}">]>
<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100">
<text x="5" y="50" font-size="20">&stolen;</text></svg>""".encode()


def svg_with_file_link(path: str) -> bytes:
    return f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="100" height="100"><rect width="100" height="100" fill="#ffffff"/>
<image width="100" height="100" xlink:href="file://{path}" href="file://{path}"/></svg>""".encode()


def svg_with_web_link(url: str) -> bytes:
    return f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="100" height="100"><rect width="100" height="100" fill="#ffffff"/>
<image width="100" height="100" xlink:href="{url}"/></svg>""".encode()


def huge_svg(side: int = 1_000_000) -> bytes:
    size = f'width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="9" height="9"/></svg>'.encode()


def small_tiff_with_tail(tail_bytes: int):
    """A correct TIFF of 64 x 64 pixels with a long tail that belongs to no pixel; yields its pieces."""
    side = 64
    entries = [
        (256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, 0), (277, 3, 1, 1), (278, 4, 1, side), (279, 4, 1, side * side),
    ]
    pixels_at = 8 + 2 + 12 * len(entries) + 4
    head = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        head += struct.pack("<HHII", tag, kind, count, pixels_at if tag == 273 else value)
    yield head + struct.pack("<I", 0) + bytes(range(64)) * side
    block = bytes(range(256)) * 4096  # 1 MiB
    while tail_bytes > 0:
        yield block[:tail_bytes]
        tail_bytes -= len(block)
