"""Hostile web archives: lying lengths, damaged and truncated members, bombs, heads without end."""

from __future__ import annotations

import gzip
import zlib

from hostile.case import Case, case
from warc_files import answer, packed, record

PAGE = answer(b"<html><body><p>Tavallinen sivu, ei kuvaus.</p></body></html>")
SOUND = record(PAGE, path="/ehjä")


def gzip_bomb_member(size: int) -> bytes:
    """One record whose body is ``size`` zeros, a thousandth of it packed."""
    block = answer(bytes(size), content_type="text/html")
    return gzip.compress(record(block), 9)


def damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + b"\xff\x00\xff\x00" + data[middle + 4 :]


def lies(count: int) -> bytes:
    """Every length reaches to the end of the file and beyond."""
    return record(PAGE, path="/valhe", length=1 << 40) * count


CASES: tuple[Case, ...] = (
    case("huge_length.warc", lambda: SOUND + record(PAGE, length=1 << 62) + SOUND),
    case("digits_length.warc", lambda: SOUND + record(PAGE, length=10**4000) + SOUND),
    case("lies_1000.warc", lambda: lies(1_000)),
    case("lies_20000.warc", lambda: lies(20_000), heavy=True),
    case("damaged_member.warc.gz", lambda: packed(SOUND) + damaged(packed(SOUND)) + packed(SOUND)),
    case("cut_in_member.warc.gz", lambda: packed(SOUND, SOUND)[:-30]),
    case("cut_in_head.warc", lambda: (SOUND + SOUND)[: len(SOUND) + 40]),
    case("rubbish_between.warc", lambda: SOUND + b"roskaa\r\n" * 10_000 + SOUND),
    case("magics.warc.gz", lambda: packed(SOUND) + b"\x1f\x8b\x08\x00\xff\xff" * 20_000, heavy=True),
    case("member_bomb.warc.gz", lambda: gzip_bomb_member(1 << 26)),
    case("member_bombs.warc.gz", lambda: gzip_bomb_member(1 << 27) * 8, heavy=True),
    case(
        "body_bomb.warc.gz",
        lambda: packed(record(answer(gzip.compress(bytes(1 << 26)), "Content-Encoding: gzip"))),
    ),
    case(
        "body_bomb_twice.warc.gz",
        lambda: packed(
            record(answer(zlib.compress(zlib.compress(bytes(1 << 29))), "Content-Encoding: deflate, deflate"))
        ),
        heavy=True,
    ),
    case("chunks_lie.warc", lambda: record(answer(b"ffffffffff\r\nx", "Transfer-Encoding: chunked")) + SOUND),
    case("chunks_tiny.warc", lambda: record(answer(b"1\r\nx\r\n" * 200_000, "Transfer-Encoding: chunked"))),
    case("heads_endless.warc", lambda: (b"WARC/1.1\r\n" + b"X: y\r\n" * 9_000) * 9 + SOUND),
    case("first_lines.warc", lambda: b"WARC/1.1\r\n" * 20_000),
    case("address_long.warc", lambda: record(PAGE, path="/" + "x" * 60_000) + SOUND),
    case("address_odd.warc", lambda: record(PAGE, path="/../../\x1b[2J\x00!/../etc/passwd") + SOUND),
    case("revisits.warc", lambda: record(b"", "WARC-Payload-Digest: sha1:X", kind="revisit") * 1_000 + SOUND),
    case("within_itself.warc", lambda: record(SOUND * 9, kind="resource", content_type="text/plain")),
)
