"""Hostile archives within the archive: bombs, quines, lying sizes, names that lead elsewhere; and web archives."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
import zlib

from hostile.case import Case, case

SMALL = b"vain pieni tiedosto\n"


def make_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return sink.getvalue()


def make_tar(*infos: tarfile.TarInfo) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for info in infos:
            archive.addfile(info, io.BytesIO(bytes(info.size)))
    return sink.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return info


def zip_in_zip(depth: int) -> bytes:
    data = make_zip({"a.txt": SMALL})
    for level in range(depth):
        data = make_zip({f"{level}.zip": data})
    return data


def overlapping(count: int, size: int) -> bytes:
    """A zip in which ``count`` entries of the directory share one deflated member."""
    packed, name = zlib.compress(bytes(size), 9)[2:-4], b"a.txt"
    checksum = zlib.crc32(bytes(size))
    sizes = struct.pack("<IIIHH", checksum, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + name + packed
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes + bytes(14)
    directory = (central + name) * count
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def lying_size() -> bytes:
    data = bytearray(make_zip({"a.txt": SMALL * 1000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(make_zip({"a.txt": SMALL}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def quine_like() -> bytes:
    """A gzip file whose content is named like itself, over and over."""
    data = SMALL
    for _ in range(50):
        data = gzip.compress(data)
    return data


def zip64_lies() -> bytes:
    end = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1 << 60, 1 << 60, 1 << 60, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)
    return end + locator + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def gzip_bomb(size: int) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(squeeze.compress(block) for _ in range(size >> 20)) + squeeze.flush()


def tar_names() -> bytes:
    return make_tar(
        entry("../../../../tmp/hankekuvaus-ulkona.txt", size=9),
        entry("/tmp/hankekuvaus-ulkona.txt", size=9),
        entry("a" * 5_000 + ".txt", size=9),
        entry("rivi\nvaihto\x1b[2J.txt", size=9),
        entry("", size=9),
    )


def tar_links() -> bytes:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    return make_tar(*(entry(f"odd{kind.decode()}", kind, "/etc/passwd") for kind in kinds), entry("a.txt", size=9))


def tar_lies() -> bytes:
    info = entry("a.txt")
    info.size = 1 << 40
    return info.tobuf(tarfile.GNU_FORMAT) + SMALL


def pax_bomb() -> bytes:
    info = entry("a.txt", size=9)
    info.pax_headers = {"comment": "x" * 5_000_000, "path": "b" * 100_000}
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(bytes(9)))
    return sink.getvalue()


RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>teksti</p></body></html>"


def record(block: bytes, length: int | None = None, kind: bytes = b"response") -> bytes:
    head = (
        b"WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: https://esimerkki.fi/\r\nWARC-Date: 2018-03-12T10:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n"
    )
    return head % (kind, len(block) if length is None else length) + block + b"\r\n\r\n"


CASES: tuple[Case, ...] = (
    case("bomb.zip", lambda: make_zip({"a.txt": bytes(1 << 30)}), heavy=True),
    case("bomb_small.zip", lambda: make_zip({f"{n}.txt": bytes(1 << 24) for n in range(4)})),
    case("bomb.txt.gz", lambda: gzip_bomb(4 << 30), heavy=True),
    case("bomb.tar.bz2", lambda: bz2.compress(make_tar(entry("a.txt", size=1 << 29))), heavy=True),
    case("overlapping.zip", lambda: overlapping(5_000, 1 << 20), heavy=True),
    case("overlapping_few.zip", lambda: overlapping(50, 1 << 16)),
    case("entries_60000.zip", lambda: make_zip({f"{n}.css": b"" for n in range(60_000)}), heavy=True),
    case("nested_20.zip", lambda: zip_in_zip(20)),
    case("quine.gz.gz", quine_like),
    case("dots.zip", lambda: make_zip(dict.fromkeys(("../../x.txt", "/etc/x.txt", "C:\\x.txt", ".."), SMALL))),
    case("same_name.tar", lambda: make_tar(*[entry("a.txt", size=9)] * 50)),
    case("names.tar", tar_names),
    case("links.tar", tar_links),
    case("size_lies.zip", lying_size),
    case("size_lies.tar", tar_lies),
    case("zip64_lies.zip", zip64_lies),
    case("pax_headers.tar", pax_bomb),
    case("names_not_utf8.zip", lambda: make_zip({"ä.txt": SMALL}).replace("ä".encode(), b"\xe4\xff")),
    case("encrypted.zip", encrypted),
    case("truncated.zip", lambda: make_zip({"a.txt": SMALL * 99})[:-30]),
    case("truncated.tar.gz", lambda: gzip.compress(make_tar(entry("a.txt", size=99_999)))[:-9]),
    case("not_a_zip.zip", lambda: SMALL),
    case("empty.zip", lambda: b""),
    case("empty.tar.gz", lambda: b""),
    case("length_lies.warc", lambda: record(RESPONSE, 1 << 50)),
    case("length_short.warc", lambda: record(RESPONSE, 5) + record(RESPONSE)),
    case("length_negative.warc", lambda: record(RESPONSE, -1)),
    case("truncated_member.warc.gz", lambda: (gzip.compress(record(RESPONSE)) * 2)[:-20]),
    case("headers_endless.warc", lambda: b"WARC/1.1\r\n" + b"X: y\r\n" * 300_000),
    case("no_warc.warc", lambda: SMALL),
)  # fmt: skip
