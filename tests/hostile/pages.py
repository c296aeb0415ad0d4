"""Hostile HTML; ``tests/test_html_reader.py`` has more, for the reader alone."""

from __future__ import annotations

from hostile.case import Case, case

TITLE = "<h1>Hankkeen kuvaus</h1>"


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{TITLE}{body}</body></html>".encode()


def entities(count: int) -> bytes:
    """A document type that unfolds, if anyone unfolds it, to 3 to the power of ``count``."""
    lines = ['<!ENTITY e0 "hahaha">']
    lines += [f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, count)]
    outer = '<!ENTITY ulos SYSTEM "file:///etc/passwd">'
    return (
        f'<?xml version="1.0"?><!DOCTYPE html [{outer}{"".join(lines)}]>'
        f"<html><body>{TITLE}<p>&e{count - 1}; &ulos;</p></body></html>"
    ).encode()


CASES: tuple[Case, ...] = (
    case("depth_100000.html", lambda: page("<div>" * 100_000 + "teksti" + "</div>" * 100_000)),
    case("attributes_100000.html", lambda: page("<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">x")),
    case("text_node_12_mb.html", lambda: page("<p>" + "sana " * 2_400_000), heavy=True),
    case("one_word_12_mb.html", lambda: page("<p>" + "x" * 12_000_000), heavy=True),
    case("unclosed.html", lambda: page("<p>a<div>b<table><tr><td>c<ul><li>d<b>e<i>f<h2>g" * 5_000)),
    case("entity_storm.html", lambda: entities(40)),
    case("references.html", lambda: page("&#x10FFFF;&#0;&#xD800;&#99999999999;&nosuch;" * 20_000)),
    case(
        "charset_utf7.html", lambda: page("<p>+ADw-script+AD4-", head='<meta charset="utf-7">')
    ),
    case("charset_lies.html", lambda: page("<p>äöå", head='<meta charset="utf-16">')),
    case("charset_unknown.html", lambda: page("<p>äöå", head='<meta charset="ei-ole">')),
    case("charset_twice.html", lambda: page("<p>ä", head="<meta charset=big5><meta charset=koi8-r>")),
    case("nul_everywhere.html", lambda: page("<p>\0t\0e\0k\0s\0t\0i" * 1_000)),
    case("scripts.html", lambda: page("<script>while(1){}</script><svg onload=alert(1)><p>teksti")),
    case("tables_in_tables.html", lambda: page("<table><tr><td>" * 20_000 + "teksti")),
    case("spans_giant.html", lambda: page("<table>" + "<td colspan=1000 rowspan=65534>x" * 2_000)),
    case("hidden_all.html", lambda: b"<html><body hidden><p>teksti</body></html>"),
    case("frames.html", lambda: page('<iframe src="file:///etc/passwd"></iframe><base href="//x.invalid">')),
    case("mhtml_lies.mht",
         lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n" * 99),
)  # fmt: skip
