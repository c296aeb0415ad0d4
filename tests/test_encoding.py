"""Bytes to text: the order of evidence, and what a file is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import load_cases

from parsers.readers.encoding import decode, find_codec, find_declared_charset
from parsers.readers.sniff import name_kind, sniff_media_type


def make_bytes(case):
    if "encode" in case:
        return case["text"].encode(case["encode"])
    return bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()


@pytest.mark.parametrize("case", load_cases("encoding.yaml"), ids=lambda case: case["name"])
def test_decoding_cases(case):
    decoded = decode(make_bytes(case), header=case.get("header"), meta=case.get("meta"))
    assert (decoded.text, decoded.encoding) == (case["text"], case["encoding"])
    assert decoded.replaced == case.get("replaced", 0)
    assert [note.code for note in decoded.notes] == case.get("notes", [])


@pytest.mark.parametrize("case", load_cases("sniff.yaml"), ids=lambda case: f"{case['name']}-{case['type']}")
def test_sniffing_cases(case):
    data = make_bytes(case)
    assert sniff_media_type(data, case["name"]) == case["type"]
    assert name_kind(data) == case.get("kind")


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b'<META http-equiv="Content-Type" content="text/html; charset=windows-1252">', "windows-1252"),
        (b"<?xml version='1.0' encoding='iso-8859-15'?><html>", "iso-8859-15"),
        (b"<!-- <meta charset=utf-16> --><meta charset='latin1'>", "latin1"),
        (b"<p>charset=utf-8", None),
        (b"<meta " + b"x" * 5000 + b" charset=utf-8>", None),
    ],
)
def test_declared_charset(head, label):
    assert find_declared_charset(head) == label


def test_labels_that_python_knows_but_browsers_do_not():
    for label in ("utf-7", "idna", "punycode", "rot13", "hex", "base64", "unicode_escape", "undefined", "", "ä", None):
        assert find_codec(label) is None


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "latin1", "utf-16", "koi8-r", "gibberish"]))
def test_any_bytes_decode(data, label):
    decoded = decode(data, header=label)
    decoded.text.encode()


@given(st.text(max_size=100))
def test_utf8_is_never_taken_for_something_else(text):
    data = text.encode()
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data:
        decoded = decode(data)
        assert (decoded.text, decoded.encoding, decoded.notes) == (text, "utf-8", ())
