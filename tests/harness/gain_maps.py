"""Pictures with a second one beside them that says how much brighter a bright screen may show which part (a gain map), or
how far away it is (a depth map). Put together byte by byte, as the published formats say: Ultra HDR (Android), ISO 21496-1,
CIPA DC-007 (multi-picture format), ISO 23008-12."""

import struct
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from harness import file_metadata, pictures

ISO = b"urn:iso:std:iso:ts:21496:-1\0"
HDRGM = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
APP2 = 0xE2

# What tells of a second picture, in whatever format.
TRACES = (b"MPF\0", b"hdrgm", b"hdr-gain-map", b"urn:iso:std:iso:ts:21496", b"ns.google.com/photos", b"GContainer", b"tmap", b"auxC",
          b"hdrgainmap", b"jhgm")


# JPEG


def _with_hdrgm(jpeg: bytes, attributes: str, content: str) -> bytes:
    packet = (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
              f'<rdf:Description rdf:about="" {HDRGM} {attributes}>{content}</rdf:Description></rdf:RDF></x:xmpmeta>')
    return file_metadata.with_segment(jpeg, file_metadata.APP1, file_metadata.XMP_MARKER + packet.encode())


def _gain_map(picture: Image.Image) -> bytes:
    """With what says how to use it, twice: as XMP and as ISO 21496-1 has it."""
    fractions = struct.pack(">IIII", 0, 1, 3, 1) + struct.pack(">iIiIIIiIiI", 0, 1, 3, 1, 1, 1, 1, 64, 1, 64)
    jpeg = pictures.encode(picture, "JPEG", quality=85)
    jpeg = file_metadata.with_segment(jpeg, APP2, ISO + struct.pack(">HHB", 0, 0, 0) + fractions)
    return _with_hdrgm(jpeg, 'hdrgm:GainMapMin="0" hdrgm:GainMapMax="3" hdrgm:HDRCapacityMax="3"', "")


def _index(first_bytes: int, second_bytes: int, second_at: int) -> bytes:
    """The segment of the multi-picture format; places count from behind "MPF\\0"."""
    entries = struct.pack(">IIIHH", 0x030000, first_bytes, 0, 0, 0) + struct.pack(">IIIHH", 0, second_bytes, second_at, 0, 0)
    fields = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack(">I", 2)), (0xB002, 7, len(entries), struct.pack(">I", 50))]
    directory = struct.pack(">H", len(fields)) + b"".join(struct.pack(">HHI", *field[:3]) + field[3] for field in fields)
    return b"MPF\0" + b"MM\0*" + struct.pack(">I", 8) + directory + struct.pack(">I", 0) + entries


def ultra_hdr(base: bytes, gain_map: Image.Image) -> bytes:
    """`base` is a JPEG, which stays as it is but for what is put in front of it."""
    second = _gain_map(gain_map)
    directory = ('<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" '
                 'Item:Mime="image/jpeg"/></rdf:li><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" '
                 f'Item:Mime="image/jpeg" Item:Length="{len(second)}"/></rdf:li></rdf:Seq></Container:Directory>')
    containers = ('xmlns:Container="http://ns.google.com/photos/1.0/container/" '
                  'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"')
    first = file_metadata.with_segment(base, APP2, ISO + struct.pack(">HH", 0, 0))
    first = _with_hdrgm(first, containers, directory)
    behind_marker = 2 + 4 + len(b"MPF\0")
    length = len(file_metadata.with_segment(first, APP2, _index(0, 0, 0)))
    return file_metadata.with_segment(first, APP2, _index(length, len(second), length - behind_marker)) + second


def jpegs_in(data: bytes) -> int:
    """How many pictures lie one behind the other."""
    count, at = 0, 0
    while data[at:at + 2] == b"\xff\xd8":
        count += 1
        at += 2
        while data[at:at + 2] != b"\xff\xd9":
            if data[at] == 0xFF and data[at + 1] not in (0, *range(0xD0, 0xD8)):
                at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
            else:
                at += 1
        at += 2
    assert at == len(data), "bytes behind the end"
    return count


# HEIF


def two_in_one(first: Image.Image, second: Image.Image, suffix: str) -> bytes:
    """Items 1 and 2 of one file, of which the first is the primary one."""
    with tempfile.TemporaryDirectory(prefix="rucola-heif-") as directory:
        names = [str(Path(directory, f"{number}.png")) for number in (1, 2)]
        for picture, name in zip((first, second), names, strict=True):
            picture.save(name)
        result = Path(directory, f"out{suffix}")
        avif = ["-A"] if suffix == ".avif" else []
        subprocess.run(["heif-enc", *avif, "-q", "90", "-o", str(result), *names], check=True, capture_output=True, timeout=120)
        return result.read_bytes()


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    while data:
        length = struct.unpack(">I", data[:4])[0] or len(data)
        found.append((data[4:8], data[8:length]))
        data = data[length:]
    return found


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def with_jxl_box(data: bytes) -> bytes:
    """A JPEG XL file with a box for a gain map (ISO 18181-2), which holds none that could be used."""
    signature, codestream = b"\r\n\x87\n", data.startswith(b"\xff\x0a")
    boxes = [(b"JXL ", signature), (b"ftyp", b"jxl \0\0\0\0jxl "), (b"jxlc", data)] if codestream else _boxes(data)
    assert boxes[0] == (b"JXL ", signature)
    return _joined([*boxes, (b"jhgm", bytes(40))])


def _joined(boxes: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(_box(*one) for one in boxes)


class _Locations:
    """The content of an iloc box of version 0 or 1, with one extent an item."""

    def __init__(self, content: bytes):
        version, sizes = content[0], struct.unpack(">H", content[4:6])[0]
        self.offset_bytes, length_bytes, base_bytes = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        assert version in (0, 1) and length_bytes == self.offset_bytes == 4 and base_bytes in (0, 4)
        at, self.items = 8, []
        for _ in range(struct.unpack(">H", content[6:8])[0]):
            item = struct.unpack(">H", content[at:at + 2])[0]
            at += 4 if version == 0 else 6
            base = struct.unpack(">I", content[at:at + 4])[0] if base_bytes else 0
            at += base_bytes
            assert struct.unpack(">H", content[at:at + 2])[0] == 1
            offset, length = struct.unpack(">II", content[at + 2:at + 10])
            at += 10
            self.items.append((item, base + offset, length))

    def moved(self, by: int) -> bytes:
        items = b"".join(struct.pack(">HHHII", item, 0, 1, offset + by, length) for item, offset, length in self.items)
        return struct.pack(">IHH", 0, 0x4400, len(self.items)) + items


def _changed(data: bytes, change, behind: bytes = b"") -> bytes:
    """With the parts of its meta box changed, `behind` in a box at the end, and all places right again. `change` gets the parts
    by name and where `behind` will lie."""
    parts = _boxes(data)
    meta = next(content for kind, content in parts if kind == b"meta")
    version, children = meta[:4], dict(_boxes(meta[4:]))
    locations = _Locations(children[b"iloc"])
    children[b"iloc"] = locations.moved(0)

    def assembled(end: int, by: int) -> bytes:
        changed = dict(children)
        moved = _Locations(children[b"iloc"])
        change(changed, moved, end - by)
        changed[b"iloc"] = moved.moved(by)
        whole = _joined([(kind, version + _joined(list(changed.items())) if kind == b"meta" else content) for kind, content in parts])
        return whole + (_box(b"mdat", behind) if behind else b"")

    draft = assembled(0, 0)
    by = len(draft) - (8 + len(behind) if behind else 0) - len(data)
    return assembled(len(data) + by + 8, by)


def _add_property(children: dict, kind: bytes, content: bytes) -> int:
    properties = dict(_boxes(children[b"iprp"]))
    properties[b"ipco"] += _box(kind, content)
    children[b"iprp"] = _joined(list(properties.items()))
    return len(_boxes(properties[b"ipco"]))


def _associate(children: dict, item: int, numbers: list[int]) -> None:
    """One entry more; that of an item which has one is made longer."""
    properties = dict(_boxes(children[b"iprp"]))
    content = properties[b"ipma"]
    assert content[:4] == bytes(4)
    entries, at = {}, 8
    for _ in range(struct.unpack(">I", content[4:8])[0]):
        one, count = struct.unpack(">HB", content[at:at + 3])
        entries[one] = list(content[at + 3:at + 3 + count])
        at += 3 + count
    entries[item] = entries.get(item, []) + numbers
    properties[b"ipma"] = struct.pack(">II", 0, len(entries)) + b"".join(
        struct.pack(">HB", one, len(known)) + bytes(known) for one, known in entries.items())
    children[b"iprp"] = _joined(list(properties.items()))


def _refer(children: dict, kind: bytes, source: int, targets: list[int]) -> None:
    reference = _box(kind, struct.pack(f">HH{len(targets)}H", source, len(targets), *targets))
    children[b"iref"] = children.get(b"iref", bytes(4)) + reference


def _hide(children: dict, item: int) -> None:
    content = children[b"iinf"]
    head = content[:6] if content[0] == 0 else content[:8]
    infos = []
    for kind, info in _boxes(content[len(head):]):
        hidden = struct.unpack(">H", info[4:6])[0] == item
        infos.append((kind, info[:3] + b"\1" + info[4:] if hidden else info))
    children[b"iinf"] = head + _joined(infos)


def with_auxiliary(data: bytes, urn: bytes) -> bytes:
    """The second picture becomes one that belongs to the first: a gain map of an iPhone, a depth map of a portrait."""
    def change(children, _locations, _end):
        _hide(children, 2)
        _refer(children, b"auxl", 2, [1])
        _associate(children, 2, [_add_property(children, b"auxC", bytes(4) + urn + b"\0")])
    return _changed(data, change)


def with_tone_map(data: bytes) -> bytes:
    """The second picture becomes the gain map of ISO 21496-1, for an item that makes an HDR picture of the two, which a reader
    that knows of it may take instead of the first."""
    parameters = struct.pack(">BHHB", 0, 0, 0, 0) + struct.pack(">IIII", 0, 1, 3, 1) + struct.pack(">iIiIIIiIiI", 0, 1, 3, 1, 1, 1, 1, 64, 1, 64)

    def change(children, locations, end):
        _hide(children, 2)
        content = children[b"iinf"]
        assert content[0] == 0
        info = _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 3, 0) + b"tmap" + b"\0")
        children[b"iinf"] = content[:4] + struct.pack(">H", 1 + struct.unpack(">H", content[4:6])[0]) + content[6:] + info
        _refer(children, b"dimg", 3, [1, 2])
        _associate(children, 3, [_add_property(children, b"colr", b"nclx" + struct.pack(">HHHB", 9, 16, 9, 0x80))])
        children[b"grpl"] = _box(b"altr", struct.pack(">IIIII", 0, 4, 2, 3, 1))
        locations.items.append((3, end, len(parameters)))
    return _changed(data, change, behind=parameters)


def with_second_primary(data: bytes) -> bytes:
    """Shown is item 2, though item 1 comes first."""
    def change(children, _locations, _end):
        children[b"pitm"] = children[b"pitm"][:4] + struct.pack(">H", 2)
    return _changed(data, change)
