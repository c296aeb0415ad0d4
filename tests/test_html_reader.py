"""The HTML and MHTML readers: cases as data, properties of any tree, and pages made to hurt."""

from __future__ import annotations

import base64
import html
import quopri
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import check_document, describe_lines, load_cases, try_reading

from parsers.document import UnreadableError
from parsers.readers import html as html_reader
from parsers.readers.clean import count_characters
from parsers.readers.html import find_stated_date, read_html
from parsers.readers.html_blocks import BlockReader
from parsers.readers.html_events import suits_lexbor, walk_lexbor, walk_libxml2
from parsers.readers.mhtml import read_mhtml


def read_with_libxml2(source: str) -> BlockReader:
    blocks = BlockReader()
    blocks.read(walk_libxml2(source))
    return blocks


@pytest.mark.parametrize("case", load_cases("html.yaml"), ids=lambda case: case["name"])
def test_cases(case):
    document = read_html(f"<!DOCTYPE html><html><head><title>x</title></head><body>{case['html']}</body>".encode())
    assert describe_lines(document) == case["lines"]
    assert document.dropped_characters == case.get("dropped", 0)
    assert document.reader == "lexbor"
    check_document(document)


@pytest.mark.parametrize("case", load_cases("html.yaml"), ids=lambda case: case["name"])
def test_both_parsers_read_the_same(case, monkeypatch):
    monkeypatch.setattr(html_reader, "suits_lexbor", lambda _source: False)
    document = read_html(f"<!DOCTYPE html><html><head><title>x</title></head><body>{case['html']}</body>".encode())
    assert document.reader == "lxml"
    assert describe_lines(document) == case["lines"]
    assert document.dropped_characters == case.get("dropped", 0)


def test_empty_elements_of_xhtml_swallow_nothing():
    page = '<?xml version="1.0"?>\n<html><head><title/><script src="a.js"/></head><body><p/><a name="x"/>teksti</body>'
    assert read_html(page.encode()).text == "teksti"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("<meta charset=windows-1252><p>työ €".encode("cp1252"), None, "työ €"),
        ("<meta charset=iso-8859-1><p>työ".encode(), "utf-8", "työ"),
        ("<p>työ".encode("utf-16"), None, "työ"),
        ("<p>työ".encode("cp1252"), None, "työ"),
        ("\ufeff<p>työ".encode(), "iso-8859-1", "työ"),
        (b"<p>ty\0o", None, "tyo"),
    ],
)
def test_charsets(data, charset, text):
    assert read_html(data, charset=charset).text == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<html><body><p> </p></body></html>", "no_text"),
        (b"<html><head><title>x</title></head><frameset><frame src=a></frameset></html>", "no_text"),
        (bytes(range(256)) * 40, "not_text"),
    ],
)
def test_what_cannot_be_read_is_refused(data, code):
    with pytest.raises(UnreadableError) as error:
        read_html(data)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("source", "date"),
    [
        (
            "<html><!--\n Page saved with SingleFile \n url: http://esimerkki.fi/ \n"
            " saved date: Tue Nov 10 2020 12:00:00 GMT+0200 (Itä-Euroopan normaaliaika)\n--><p>a",
            "2020-11-10T10:00:00Z",
        ),
        ("<p>a</p><!--\n FILE ARCHIVED ON 07:08:09 Mar 1, 2018 AND RETRIEVED\n-->", "2018-03-01T07:08:09Z"),
        ("<!-- saved from url=(0023)http://esimerkki.fi/a --><p>a", None),
        ("<!-- Page saved with SingleFile saved date: Tue Nov 55 2020 12:00:00 GMT+0200 --><p>", None),
        ("<p>FILE ARCHIVED ON eilen", None),
    ],
)
def test_stated_date(source, date):
    assert find_stated_date(source) == date


MESSAGE = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://esimerkki.fi/kuvaus\r\nSubject: Kuvaus\r\n"
    'Date: {date}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
    '\tboundary="----raja----"{start}\r\n\r\n'
)


def make_mhtml(body, coding="quoted-printable", date="Tue, 10 Nov 2020 10:00:00 -0000", start="", charset="utf-8"):
    content = body.encode(charset)
    if coding == "quoted-printable":
        content = quopri.encodestring(content)
    elif coding == "base64":
        content = base64.encodebytes(content)
    part = f"Content-Type: text/html; charset={charset}\r\nContent-ID: <sivu@x>\r\nContent-Transfer-Encoding: {coding}"
    css = "------raja----\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n"
    frame = "------raja----\r\nContent-Type: text/html\r\nContent-ID: <kehys@x>\r\n\r\n<p>kehys</p>\r\n"
    head = MESSAGE.format(date=date, start=start) + css + (frame if start else "")
    return f"{head}------raja----\r\n{part}\r\n\r\n".encode() + content + b"\r\n------raja------\r\nlopuksi"


@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_mhtml(coding, charset):
    document = read_mhtml(make_mhtml("<h2>1 Hanke</h2><p>Työ: ääni</p>", coding, charset=charset))
    assert describe_lines(document) == ["1 Hanke | heading", "Työ: ääni | blank"]
    assert document.stated_date == "2020-11-10T10:00:00Z"


def test_mhtml_takes_the_part_that_start_names():
    assert read_mhtml(make_mhtml("<p>sivu", start='; start="<sivu@x>"')).text == "sivu"


@pytest.mark.parametrize("date", ["", "eilen", "Tue, 99 Nov 2020 10:00:00 +0000"])
def test_mhtml_without_a_readable_date(date):
    assert read_mhtml(make_mhtml("<p>a", date=date)).stated_date is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Content-Type: multipart/related\r\n\r\nx", "no_text"),
        (
            b"Content-Type: multipart/related; boundary=a\r\n\r\n--a\r\nContent-Type: image/png\r\n\r\nx\r\n--a--",
            "no_text",
        ),
        (
            b"".join(b"Content-Type: multipart/mixed; boundary=r%d\r\n\r\n--r%d\r\n" % (n, n) for n in range(50)),
            "too_deep",
        ),
    ],
)
def test_mhtml_that_cannot_be_read(data, code):
    with pytest.raises(UnreadableError) as error:
        read_mhtml(data)
    assert error.value.code == code


def test_mhtml_cut_short_is_read_as_far_as_it_goes():
    whole = make_mhtml("<p>Hankkeessa kehitetään kyliä.</p>" * 5, "base64")
    assert read_mhtml(whole[: whole.index(b"\r\n------raja------") - 30]).text.startswith(
        "Hankkeessa kehitetään kyliä."
    )


TAGS = ["div", "p", "span", "b", "ul", "li", "table", "tr", "td", "h2", "dl", "dt", "dd", "pre", "section", "em", "a"]
WORDS = st.text("aäöå1 x\n&<>\u00a0é", min_size=1, max_size=12)


def _wrap(parts: list[str], tag: str, hidden: bool) -> str:
    attribute = " hidden" if hidden else ""
    return f"<{tag}{attribute}>{''.join(parts)}</{tag}>"


TREES = st.recursive(
    st.one_of(WORDS.map(html.escape), st.just("<br>"), st.just("<!-- x -->")),
    lambda inner: st.builds(_wrap, st.lists(inner, max_size=4), st.sampled_from(TAGS), st.booleans()),
    max_leaves=30,
)


@given(st.lists(TREES, max_size=6).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_visible_character_is_lost(body):
    visible = count_characters(walked_text(body))
    document = try_reading(read_html, f"<body>{body}".encode())
    if isinstance(document, str):
        assert (document, visible) == ("no_text", 0)
        return
    check_document(document)
    marks = sum(line.kind.value == "list_item" for line in document.lines)
    assert count_characters(document.text) - marks + document.dropped_characters == visible
    again = read_html(f"<pre>{html.escape(document.text)}</pre>".encode())
    assert again.text == document.text


def walked_text(body: str) -> str:
    """All text that lexbor's tree holds, whatever it is in."""
    return "".join(event for event in walk_lexbor(f"<body>{body}")[0] if isinstance(event, str))


@given(st.text(st.sampled_from("<>/=\"' abdivptrhl!-&;#\n"), max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_markup_breaks_a_reader(source):
    suits_lexbor(source)
    read_with_libxml2(source)
    document = try_reading(read_html, source.encode() or b" ")
    if isinstance(document, str):
        assert document == "no_text"
    else:
        check_document(document)


HOSTILE = {
    "deep divisions": "<div>" * 100_000 + "teksti" + "</div>" * 100_000,
    "deep lists": "<ul><li>" * 20_000 + "teksti",
    "deep tables": "<table><tr><td>" * 20_000 + "teksti",
    "deep navigation": "<nav>" * 20_000 + "teksti",
    "attributes": "<p " + " ".join(f'a{n}="x"' for n in range(100_000)) + ">teksti",
    "attributes with brackets": "<p " + " ".join(f'a{n}=">"' for n in range(50_000)) + ">teksti",
    "attributes glued": "<p " + "".join(f'a{n}=""' for n in range(50_000)) + ">teksti",
    "unclosed formats": "<p>" + "".join(f"<b a={n}>" for n in range(3_000)) + "</p><p>x" * 5_000 + "teksti",
    "unclosed everything": "<p>a<div>b<table><tr><td>c<ul><li>d<b>e<i>f<h2>teksti" * 2_000,
    "options": "teksti<select>" + "<option>x" * 50_000,
    "quotation marks": 'teksti<a href="x' * 20_000 + "teksti",
    "brackets": "<" * 300_000 + " teksti",
    "comments": "teksti<!--" * 50_000,
    "spans of cells": "<table><tr>" + "<td colspan=1000 rowspan=60000>teksti" * 5_000,
    "spaces": "<p>" + " " * 1_000_000 + "teksti",
    "text node": "<p>" + "x" * 12_000_000 + "</p><p>teksti",
    "line ends": "<br>" * 100_000 + "teksti",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_are_read_in_time(source):
    started = time.process_time()
    document = read_html(source.encode())
    assert time.process_time() - started < 4
    assert "teksti" in document.text


def test_a_text_node_of_twelve_megabytes_is_whole():
    assert len(read_html(b"<p>" + b"x" * 12_000_000).text) == 12_000_000


@pytest.mark.parametrize("depth", [300, 3_000, 50_000])
def test_nothing_is_lost_in_the_depth(depth):
    source = "".join(f"<div>{n}" for n in range(depth)) + "</div>loppu" * depth
    document = read_html(source.encode())
    assert count_characters(document.text) == sum(len(str(n)) for n in range(depth)) + 5 * depth
