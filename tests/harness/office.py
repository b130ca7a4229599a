"""Files that are no pictures, of every kind that is told apart; the smallest that programs take for such."""

import io
import zipfile

TEXT = "Grüezi mitenand\nThis is a text about pictures.\n".encode()
CSV = b"a,b,c\n1,2,3\n4,5,6\n"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OFFICE_OPEN = "application/vnd.openxmlformats-officedocument."


def packed(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def office_open(folder: str) -> bytes:
    return packed(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<r/>"), (f"{folder}/document.xml", b"<d/>"),
                  (f"{folder}/styles.xml", b"<s/>"))


def open_document(kind: str) -> bytes:
    return packed(("mimetype", f"{OPEN_DOCUMENT}{kind}".encode()), ("content.xml", b"<c/>"))


def every_kind() -> dict[str, tuple[bytes, str]]:
    """By their formats: the bytes, and the media type. Not those of before 2007, which nothing here can write."""
    return {
        "txt": (TEXT, "text/plain"),
        "csv": (CSV, "text/csv"),
        "json": (b'{"a": [1, 2]}', "application/json"),
        "rtf": (b"{\\rtf1 hello}", "application/rtf"),
        "docx": (office_open("word"), f"{OFFICE_OPEN}wordprocessingml.document"),
        "xlsx": (office_open("xl"), f"{OFFICE_OPEN}spreadsheetml.sheet"),
        "pptx": (office_open("ppt"), f"{OFFICE_OPEN}presentationml.presentation"),
        "odt": (open_document("text"), f"{OPEN_DOCUMENT}text"),
        "ods": (open_document("spreadsheet"), f"{OPEN_DOCUMENT}spreadsheet"),
        "odp": (open_document("presentation"), f"{OPEN_DOCUMENT}presentation"),
        "epub": (packed(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<c/>")),
                 "application/epub+zip"),
        "zip": (packed(("a.txt", TEXT)), "application/zip"),
    }
