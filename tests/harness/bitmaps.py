"""BMP, ICO, PSD and animated PNG byte by byte, as Pillow doesn't write them."""

import struct
import zlib

from PIL import Image, ImageChops

RGB_MASKS = (0xff0000, 0xff00, 0xff)


def _padded(row: bytes) -> bytes:
    return row + bytes(-len(row) % 4)


def _packed(numbers: list[int], bits: int) -> bytes:
    digits = "".join(f"{number:0{bits}b}" for number in numbers)
    return _padded(bytes(int(digits[at:at + 8].ljust(8, "0"), 2) for at in range(0, len(digits), 8)))


def _rows(image: Image.Image) -> list[list]:
    values = list(image.getdata())
    return [values[at:at + image.width] for at in range(0, len(values), image.width)]


def _bits_of(value: int, mask: int) -> int:
    """0 to 255 as a number of the mask's bits, in their place."""
    if mask == 0:
        return 0
    shift = (mask & -mask).bit_length() - 1
    return round(value * (mask >> shift) / 255) << shift


def masked(image: Image.Image, bits: int, masks: tuple[int, ...]) -> list[bytes]:
    """Rows from top to bottom. Three masks, or a fourth for opacity."""
    mode = "RGBA" if len(masks) == 4 else "RGB"
    form = "<H" if bits == 16 else "<I"
    return [_padded(b"".join(struct.pack(form, sum(map(_bits_of, pixel, masks))) for pixel in row))
            for row in _rows(image.convert(mode))]


def numbered(image: Image.Image, bits: int) -> tuple[list[bytes], list[tuple[int, int, int]]]:
    """Of an image with a palette: rows from top to bottom, and the palette."""
    flat = image.getpalette()[:3 << bits]
    palette = [tuple(flat[at:at + 3]) for at in range(0, len(flat), 3)]
    return [_packed(row, bits) for row in _rows(image)], palette


def direct(image: Image.Image) -> list[bytes]:
    return [_padded(b"".join(bytes(pixel[::-1]) for pixel in row)) for row in _rows(image.convert("RGB"))]


def bmp(size: tuple[int, int], bits: int, pixels: list[bytes] | bytes, *, palette=(), header: int = 40,
        compression: int = 0, masks: tuple[int, ...] = (), top_down: bool = False, profile: bytes = b"",
        in_icon: bool = False, colors: int | None = None) -> bytes:
    """`pixels`: rows from top to bottom, or coded as they are. `header`: its size, which is its version."""
    width, height = size
    if isinstance(pixels, list):
        pixels = b"".join(pixels if top_down else pixels[::-1])
    claimed = (height * 2 if in_icon else height) * (-1 if top_down else 1)
    if header == 12:
        head = struct.pack("<IHHHH", 12, width, height, 1, bits)
        table = b"".join(bytes(color[::-1]) for color in palette)
    else:
        head = struct.pack("<IiiHHIIiiII", header, width, claimed, 1, bits, compression, len(pixels), 2835, 2835,
                           len(palette) if colors is None else colors, 0)
        table = b"".join(bytes(color[::-1]) + b"\0" for color in palette)
        if header >= 52:
            head += b"".join(struct.pack("<I", mask) for mask in (*masks, 0, 0, 0, 0)[:4])
        elif compression in (3, 6):
            table = b"".join(struct.pack("<I", mask) for mask in masks) + table
        head = head[:header].ljust(header, b"\0")
        if profile:
            head = head[:56] + b"DEBM" + head[60:112] + struct.pack(
                "<II", header + len(table) + len(pixels), len(profile)) + head[120:]
    if in_icon:
        return head + table + pixels
    at = 14 + len(head) + len(table)
    return struct.pack("<2sIHHI", b"BM", at + len(pixels) + len(profile), 0, 0, at) + head + table + pixels + profile


def icon(*pictures: tuple[tuple[int, int], int, bytes], kind: int = 1) -> bytes:
    """Each with the size and the bits that the directory says it has; 2 is the kind of cursors."""
    at = 6 + 16 * len(pictures)
    directory, data = struct.pack("<HHH", 0, kind, len(pictures)), b""
    for (width, height), bits, picture in pictures:
        directory += struct.pack("<BBBBHHII", width % 256, height % 256, 0, 0, 1, bits, len(picture), at + len(data))
        data += picture
    return directory + data


def mask_of(alpha: Image.Image) -> bytes:
    """Of an icon: 1 where one sees through, from the bottom to the top."""
    return b"".join(_packed([int(value < 128) for value in row], 1) for row in reversed(_rows(alpha)))


# PSD


def _pack_bits(row: bytes) -> bytes:
    """Runs where there are any, else literals."""
    out, at = b"", 0
    while at < len(row):
        run = 1
        while at + run < len(row) and run < 128 and row[at + run] == row[at]:
            run += 1
        if run > 2:
            out += bytes((257 - run, row[at]))
            at += run
            continue
        end = at + 1
        while end < len(row) and end - at < 128 and row[end:end + 3] != row[end:end + 1] * 3:
            end += 1
        out += bytes((end - at - 1,)) + row[at:end]
        at = end
    return out


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HBBI", number, 0, 0, len(data)) + data + bytes(len(data) % 2)


PSD_MODES = {"1": 0, "L": 1, "P": 2, "RGB": 3, "CMYK": 4, "LAB": 9, "duotone": 8, "multichannel": 7}


def psd(mode: str, size: tuple[int, int], channels: list[list[bytes]], *, bits: int = 8, packed: bool = True,
        large: bool = False, palette: bytes = b"", resources: bytes = b"", layers: int | None = None,
        blocks: bytes = b"", coding: int | None = None) -> bytes:
    """`channels`: the rows of each. `layers`: as many as it says to have, and none of them is there; negative where the
    first channel behind the colours is opacity."""
    width, height = size
    section = lambda data, by_eight=False: struct.pack(">Q" if large and by_eight else ">I", len(data)) + data
    info = b"" if layers is None else struct.pack(">h", layers)
    layer_section = b"" if layers is None and not blocks else section(info, True) + section(b"") + blocks
    rows = [row for channel in channels for row in channel]
    if packed:
        rows = [_pack_bits(row) for row in rows]
        counts = b"".join(struct.pack(">I" if large else ">H", len(row)) for row in rows)
    else:
        counts = b""
    head = b"8BPS" + struct.pack(">H6xHIIHH", 2 if large else 1, len(channels), height, width, bits, PSD_MODES[mode])
    return (head + section(palette) + section(resources) + section(layer_section, True)
            + struct.pack(">H", int(packed) if coding is None else coding) + counts + b"".join(rows))


def channels_of(image: Image.Image, bits: int = 8) -> list[list[bytes]]:
    """As a PSD stores them: of inks what they leave of the light. Of 16 bits the lower ones are like the upper."""
    bands = image.split()
    if image.mode == "CMYK":
        bands = [ImageChops.invert(band) for band in bands]
    step = bits // 8
    return [[bytes(value for value in row for _ in range(step)) for row in _rows(band)] for band in bands]


def on_white(image: Image.Image) -> Image.Image:
    """RGBA whose colours lie on white by their opacity, as those of a PSD's finished picture do."""
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image.convert("RGB"), mask=image.getchannel("A"))
    white.putalpha(image.getchannel("A"))
    return white


# Animated PNG


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        length = struct.unpack(">I", png[at:at + 4])[0]
        found.append((png[at + 4:at + 8], png[at + 8:at + 8 + length]))
        at += 12 + length
    return found


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)
