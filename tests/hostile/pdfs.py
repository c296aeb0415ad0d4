"""Hostile PDFs, written byte by byte."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from hostile.case import Case, case

TEXT = "BT /F1 10 Tf 72 700 Td (Hankkeen tavoitteet) Tj ET\n"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data) if length is None else length, data)


def pdf(objects: Mapping[int, bytes] | None = None, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A one-page PDF in which ``objects`` replace or add to those of a sound one; an empty one is left out."""
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: PAGE,
        4: stream(TEXT.encode()),
        5: FONT,
    } | dict(objects or {})
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(bodies.items()):
        if body:
            places[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, trailer, start)
    return bytes(out)


def bomb(size: int, times: int = 1) -> bytes:
    """A content stream that unfolds to ``size`` blanks, deflated ``times`` over."""
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(b" " * (1 << 20)) for _ in range(size >> 20)) + squeeze.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter[%s]" % (b"/FlateDecode" * times))


def forms_in_themselves() -> bytes:
    page = PAGE.replace(b"/Font<<", b"/XObject<</X 6 0 R>>/Font<<")
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R/Y 7 0 R>>>>"
    return pdf({3: page, 4: stream(b"/X Do"), 6: stream(b"/Y Do /X Do", form), 7: stream(b"/X Do /Y Do", form)})


def forms_that_double(depth: int) -> bytes:
    """Every form draws the next one twice."""
    page = PAGE.replace(b"/Font<<", b"/XObject<</X 6 0 R>>/Font<<")
    objects = {3: page, 4: stream(b"/X Do")}
    for number in range(6, 6 + depth):
        own = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>/XObject<</X %d 0 R>>>>"
        objects[number] = stream(b"/X Do /X Do", own % (number + 1))
    objects[6 + depth] = stream(
        b"BT /F1 9 Tf (a) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>>>"
    )
    return pdf(objects)


def pages_in_each_other(depth: int) -> bytes:
    objects = {2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>", 3: PAGE.replace(b"2 0 R", b"%d 0 R" % (9 + depth))}
    for number in range(10, 10 + depth):
        objects[number] = b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (number - 1, number + 1)
    objects[9 + depth] = b"<</Type/Pages/Parent %d 0 R/Kids[3 0 R]/Count 1>>" % (8 + depth)
    return pdf(objects)


def many_pages(count: int) -> bytes:
    """So many times the same page."""
    return pdf({2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * count, count)})


def widths_of_a_range() -> bytes:
    cmap = (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <ffff> "
        b"endcodespacerange 100 beginbfrange " + b"<0000> <ffffffff> <0041> " * 100 + b"endbfrange endcmap end end"
    )
    font = FONT.replace(b"/Encoding/WinAnsiEncoding", b"/ToUnicode 6 0 R")
    return pdf({5: font, 6: stream(cmap)})


def deep_arrays(depth: int) -> bytes:
    return pdf({6: b"[" * depth + b"]" * depth, 1: b"<</Type/Catalog/Pages 2 0 R/Names 6 0 R>>"})


def lying_object_stream() -> bytes:
    inner = zlib.compress(b"6 0 7 999999999 " + b"<</A 7 0 R>>")
    return pdf({6: stream(inner, b"/Type/ObjStm/N 2000000000/First 16/Filter/FlateDecode/Extends 6 0 R")})


def with_script() -> bytes:
    action = b"<</S/JavaScript/JS(while\\(1\\){app.alert\\(1\\)})>>"
    launch = b"<</S/Launch/F(/bin/sh)>>"
    names = b"/Names<</EmbeddedFiles<</Names[(a)8 0 R]>>>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/AA<</WC 7 0 R>>%s>>" % names
    files = {8: b"<</Type/Filespec/F(../../../../tmp/x)/EF<</F 9 0 R>>>>", 9: stream(b"x" * 1000)}
    return pdf({1: catalog, 6: action, 7: launch, **files})


def prefixed_lengths() -> bytes:
    return pdf({4: stream(TEXT.encode(), length=1 << 40)})


def text_operators(count: int) -> bytes:
    data = zlib.compress(b"BT /F1 1 Tf " + b"1 0 0 1 72 700 Tm (a) Tj " * count + b"ET", 9)
    return pdf({4: stream(data, b"/Filter/FlateDecode")})


def missing_byte(place: float) -> bytes:
    data = pdf()
    at = int(len(data) * place)
    return data[:at] + data[at + 1 :]


def truncated(tenths: int) -> bytes:
    data = pdf()
    return data[: len(data) * tenths // 10]


CASES: tuple[Case, ...] = (
    case("flate_bomb.pdf", lambda: pdf({4: bomb(1 << 30)}), heavy=True),
    case("flate_bomb_small.pdf", lambda: pdf({4: bomb(1 << 26)})),
    case("flate_bomb_double.pdf", lambda: pdf({4: bomb(1 << 30, 2)}), heavy=True),
    case("form_in_itself.pdf", forms_in_themselves),
    case("forms_that_double.pdf", lambda: forms_that_double(24), heavy=True),
    case("forms_that_double_12.pdf", lambda: forms_that_double(12)),
    case("page_tree_loop.pdf", lambda: pdf({2: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"})),
    case("page_tree_deep.pdf", lambda: pages_in_each_other(20_000)),
    case("operators.pdf", lambda: text_operators(3_000_000), heavy=True),
    case("operators_few.pdf", lambda: text_operators(20_000)),
    case("no_xref.pdf", lambda: pdf().replace(b"startxref", b"startxxxx")),
    case("xref_lies.pdf", lambda: pdf().replace(b" 00000 n", b"9 0000 n")),
    case("no_catalog.pdf", lambda: pdf({1: b""})),
    case("catalog_is_a_page.pdf", lambda: pdf(trailer=b"/Root 3 0 R")),
    case("no_pages.pdf", lambda: pdf({2: b"<</Type/Pages/Kids[]/Count 0>>"})),
    case("count_lies.pdf", lambda: pdf({2: b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"})),
    case("count_negative.pdf", lambda: pdf({2: b"<</Type/Pages/Kids[3 0 R]/Count -5>>"})),
    case("pages_200000.pdf", lambda: many_pages(200_000), heavy=True),
    case("pages_2000.pdf", lambda: many_pages(2_000)),
    case("media_box_giant.pdf", lambda: pdf({3: PAGE.replace(b"595 842", b"1e30 1e30")})),
    case("media_box_nan.pdf", lambda: pdf({3: PAGE.replace(b"595 842", b"-- 0..0")})),
    case("media_box_turned.pdf", lambda: pdf({3: PAGE.replace(b"0 0 595 842", b"595 842 0 0")})),
    case("font_size_giant.pdf", lambda: pdf({4: stream(TEXT.replace(" 10 ", " 1e38 ").encode())})),
    case("to_unicode_ranges.pdf", widths_of_a_range),
    case("deep_arrays.pdf", lambda: deep_arrays(100_000)),
    case("object_stream_lies.pdf", lying_object_stream),
    case("stream_length_lies.pdf", prefixed_lengths),
    case("script_and_files.pdf", with_script),
    case("encrypted_badly.pdf", lambda: pdf(trailer=b"/Root 1 0 R/Encrypt<</Filter/Standard/V 5/R 6>>")),
    case("encrypted_unknown.pdf", lambda: pdf(trailer=b"/Root 1 0 R/Encrypt<</Filter/Own>>")),
    case("only_a_header.pdf", lambda: b"%PDF-1.7\n"),
    case("header_late.pdf", lambda: b"x" * 900 + pdf()),
    case("no_header.pdf", lambda: pdf().replace(b"%PDF-1.7", b"%XXX-1.7")),
    *(case(f"missing_byte_{place:02}.pdf", lambda place=place: missing_byte(place / 20)) for place in range(1, 20)),
    *(case(f"truncated_{tenths}.pdf", lambda tenths=tenths: truncated(tenths)) for tenths in range(1, 10)),
)
