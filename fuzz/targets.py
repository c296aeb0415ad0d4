"""What is fuzzed: each target takes bytes and raises where an invariant is broken."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from fuzz import corpus
from fuzz.checks import (
    IDENTITY_CODE,
    check_counts,
    check_no_letter_lost,
    check_no_page_text_lost,
    check_record,
    letters,
    read_and_check,
)
from models.columns import ValueType
from parsers import masking
from parsers.parse import parse_document
from parsers.places import resolve_place, split_names
from parsers.readers import html
from parsers.readers.clean import clean_characters
from parsers.readers.dispatch import read_document, read_pdf_again
from parsers.readers.encoding import decode, find_codec, find_declared_charset
from parsers.readers.markdown import is_markdown, remove_marks
from parsers.readers.mhtml import read_mhtml
from parsers.readers.pdf import read_pdf
from parsers.readers.sniff import PLAIN, name_kind, sniff_media_type
from parsers.readers.text import read_text
from parsers.reading import Reading, State
from parsers.values import PARSERS
from pipeline import containers

CHARSETS = (None, None, None, "utf-8", "iso-8859-1", "utf-16", "koi8-r", "ei-ole", "shift_jis", "utf-7", "iso-8859-15")
SUFFIXES = ("", ".txt", ".html", ".pdf", ".mht", ".md", ".xhtml", ".eml")
LEVELS = ("region", "subregion", "municipality")
_READ_BACK = frozenset(
    (ValueType.EUROS, ValueType.PROJECT_CODE, ValueType.BUSINESS_ID, ValueType.POSTAL_CODE, ValueType.EMAIL)
)
"""Their normal form is printed as people print it, so it reads as the same value."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function under test."""

    run: Callable[[bytes], None]
    corpus: Callable[[], Iterator[bytes]]
    largest: int = 16_384
    """Bytes of an input."""
    seconds: float = 5.0
    """CPU time that an input may take, instrumented; more is a finding."""
    guarded: bool = False
    """C code may kill the process: every input is tried in a forked child first."""
    by_lines: bool = False
    """Mutated by lines too, with lines that a form prints."""


def _option(data: bytes, choices: tuple[str | None, ...]) -> tuple[str | None, bytes]:
    """The first byte chooses."""
    return choices[data[0] % len(choices)] if data else None, data[1:]


def run_text(data: bytes) -> None:
    """Text reader: no letter lost."""
    charset, data = _option(data, CHARSETS)
    document = read_and_check(lambda: read_text(data, charset=charset))
    if document is not None:
        source = decode(data, header=charset).text
        if not is_markdown(clean_characters(source)):
            check_no_letter_lost(source, document)


def run_markdown(data: bytes) -> None:
    """Marks go, letters stay: but those of a link's address."""
    source = data.decode("utf-8", "replace")
    is_markdown(source)
    plain = remove_marks(source)
    if "](" not in source:
        assert letters(source) == letters(plain)
    read_and_check(lambda: read_text(b"# A\n# B\n# C\n" + data))


def _read_html(data: bytes, reader: str) -> None:
    charset, data = _option(data, CHARSETS)
    document = read_and_check(lambda: html.read_html(data, charset=charset))
    if document is not None and reader == "lexbor" and document.reader == "lexbor" and b"\0" not in data:
        source = decode(data, header=charset, meta=find_declared_charset(data)).text
        if not source[:200].lstrip().startswith("<?xml"):
            check_no_page_text_lost(source, document)


def run_html_lexbor(data: bytes) -> None:
    """HTML by lexbor."""
    _read_html(data, "lexbor")


def run_html_libxml2(data: bytes) -> None:
    """HTML by libxml2, which otherwise reads only what is too deep for lexbor."""
    chosen, html.suits_lexbor = html.suits_lexbor, lambda _: False
    try:
        _read_html(data, "lxml")
    finally:
        html.suits_lexbor = chosen


def run_mhtml(data: bytes) -> None:
    """A page in a MIME message."""
    read_and_check(lambda: read_mhtml(data))


def run_pdf(data: bytes) -> None:
    """Both PDF readers, and all that comes after."""
    data = data if b"%PDF-" in data[:1024] else b"%PDF-1.7\n" + data
    read_and_check(lambda: read_pdf(data))
    read_and_check(lambda: read_pdf_again(data))
    check_record(parse_document(data, name="a.pdf"))


def run_encoding(data: bytes) -> None:
    """Decoding never fails, and what is decoded strictly gives the same bytes."""
    header, data = _option(data, CHARSETS)
    meta, data = _option(data, CHARSETS)
    find_codec(data[:40].decode("latin-1"))
    declared = find_declared_charset(data)
    decoded = decode(data, header=header, meta=declared or meta)
    if not decoded.replaced and decoded.encoding not in ("shift_jis", "big5", "euc_jp", "gb18030"):
        assert data.endswith(decoded.text.encode(decoded.encoding, "surrogatepass"))


def run_sniff(data: bytes) -> None:
    """Any bytes under any name: read, or told why not."""
    suffix, data = _option(data, SUFFIXES)
    name = f"a{suffix}"
    kind = sniff_media_type(data, name)
    name_kind(data)
    if b"%PDF-" not in data[:1024]:
        document = read_and_check(lambda: read_document(data, name=name))
        assert document is None or kind != PLAIN or document.media_type == "text/plain"


def run_parse(data: bytes) -> None:
    """A text on a form, all the way to its rows."""
    if b"%PDF-" in data[:1024]:
        return
    parsed = parse_document(data, name="a.txt")
    check_record(parsed)
    if parsed.status != "quarantined":
        check_counts(parsed, read_document(data, name="a.txt"))


def run_page(data: bytes) -> None:
    """A page on a form, all the way to its rows."""
    if b"%PDF-" not in data[:1024]:
        check_record(parse_document(data, name="a.html"))


_LINES: list[str] = []


def _lines() -> list[str]:
    """What lines of a made-up form are drawn from."""
    if not _LINES:
        words = corpus.form_words()
        _LINES.extend(
            [*words, *corpus.VALUES, "", "Vapaata tekstiä, jota on rivin verran.", "- kohta", "jatkuu pienellä"]
        )
        rng = random.Random(9)  # noqa: S311
        _LINES.extend(f"{rng.choice(words)} {rng.choice(corpus.VALUES)}" for _ in range(1024 - len(_LINES)))
    return _LINES


def run_sections(data: bytes) -> None:
    """Two bytes a line: a form's lines and values in any order under its title; the section splitter and all after."""
    lines = _lines()
    chosen = [lines[int.from_bytes(data[at : at + 2], "big") % len(lines)] for at in range(0, min(len(data), 800), 2)]
    title = lines[data[0] % 2] if data else lines[0]
    text = "\n".join([title, *chosen])
    parsed = parse_document(text.encode(), name="a.txt")
    check_record(parsed)
    if parsed.status != "quarantined":
        document = read_document(text.encode(), name="a.txt")
        check_counts(parsed, document)
        check_no_letter_lost(text, document)


def _check_reading(reading: Reading) -> None:
    assert isinstance(reading.state, State)
    assert (reading.state is State.VALUE) <= (reading.normal is not None)
    for value in reading.values:
        if isinstance(value, int):
            assert abs(value) < 1 << 53
        elif isinstance(value, float):
            assert abs(value) < 1e16


def run_values(data: bytes) -> None:
    """Every value parser; what has a normal form reads as itself."""
    text = data.decode("utf-8", "replace")
    for kind, parse in PARSERS.items():
        reading = parse(text)
        _check_reading(reading)
        if kind in _READ_BACK and reading.state is State.VALUE and reading.normal is not None:
            again = parse(reading.normal)
            assert again.values == reading.values, kind


def run_places(data: bytes) -> None:
    """Lists of places parted, and every name resolved."""
    text = clean_characters(data.decode("utf-8", "replace"))
    for level in (None, *LEVELS):
        spans = split_names(text, level)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
        for start, end in spans[:20]:
            resolve_place(level or "municipality", text[start:end], date(2015, 1, 1), None)


def run_masking(data: bytes) -> None:
    """Personal data masked: lengths and line ends kept, no identity code, address or contact's value left."""
    text = clean_characters(data.decode("utf-8", "replace"))
    first, _, rest = text.partition("\n")
    contacts = {"contact_name": first, "contact_phone": rest.partition("\n")[0]}
    whole = [(0, len(text))]
    spans = masking.find_personal_data(text, contacts, (), (), whole, frozenset(("kotka",)))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    masked = masking.mask_text(text, spans)
    assert len(masked) == len(text)
    assert [at for at, one in enumerate(masked) if one == "\n"] == [at for at, one in enumerate(text) if one == "\n"]
    assert not IDENTITY_CODE.search(masked)
    assert not list(masking._find_emails(masked)), "an address"
    flat = masking.flatten(masked)
    for field, value in contacts.items():
        if not masking._names_organisation(field, value):
            assert not list(masking.find_repeats(flat, value)), field


KINDS = ("zip", "tar", *(f"{tar}{kind}" for kind in ("gz", "bz2", "xz", "zst") for tar in ("", "tar.")), "tgz", "txz")
STATUSES = frozenset(
    ("pending", "container", "ignored", "special", "unreadable", "truncated", "too_large", "too_deep", "empty")
)
MEMBER_BYTES, FREE_BYTES = 1 << 16, 1 << 20


def run_containers(data: bytes) -> None:
    """Archives within archives, with small bounds: members, or a reason; never more than the bounds allow."""
    kind, data = _option(data, KINDS)
    if kind is None:
        return
    usual, containers.FREE_BYTES = containers.FREE_BYTES, FREE_BYTES
    unfolded = 0
    try:
        for member in containers.read_container(io.BytesIO(data), f"a.{kind}", len(data), MEMBER_BYTES):
            assert member.status in STATUSES, member.status
            assert (member.status in ("pending", "container")) == (member.reason is None)
            member.path.encode()
            assert not any(character < " " for character in member.path)
            assert len(member.data or b"") <= MEMBER_BYTES
            unfolded += len(member.data or b"")
    except containers.ContainerError as error:
        told = (error.status, error.reason)
    else:
        told = ("container", "whole")
    finally:
        containers.FREE_BYTES = usual  # tests run targets beside other tests
    assert told[0] in STATUSES
    assert told[1]
    assert unfolded <= FREE_BYTES + containers.RATIO * len(data)


def _with_option(files: Iterator[bytes]) -> Iterator[bytes]:
    return (b"\0" + data for data in files)


def _texts() -> Iterator[bytes]:
    return corpus.sample_files(".txt")


def _pages() -> Iterator[bytes]:
    return corpus.sample_files(".html", ".htm")


def _pdfs() -> Iterator[bytes]:
    from hostile import pdfs

    yield from corpus.sample_files(".pdf")
    yield from (case.make() for case in pdfs.CASES if not case.heavy and len(case.make()) < corpus.LARGEST)


def _values() -> Iterator[bytes]:
    return (value.encode() for value in corpus.VALUES)


def _line_choices() -> Iterator[bytes]:
    rng = random.Random(8)  # noqa: S311
    ordered = b"".join(number.to_bytes(2, "big") for number in range(400))
    return iter([ordered, *(rng.randbytes(2 * rng.randrange(400)) for _ in range(20))])


def _containers() -> Iterator[bytes]:
    made = corpus.make_containers()
    return (bytes([at]) + made[kind] for at, kind in enumerate(KINDS) if kind in made)


def _markdown() -> Iterator[bytes]:
    from pipeline.synthetic.form_text import render_blocks
    from pipeline.synthetic.invent import invent_project
    from pipeline.synthetic.layouts import LAYOUTS

    for number in range(3):
        blocks = render_blocks(invent_project(7, number).captures[-1].content)
        yield LAYOUTS["markdown"].render(blocks, random.Random(number)).encode()  # noqa: S311


TARGETS: dict[str, Target] = {
    "text": Target(run_text, lambda: _with_option(_texts())),
    "markdown": Target(run_markdown, _markdown),
    "html_lexbor": Target(run_html_lexbor, lambda: _with_option(_pages())),
    "html_libxml2": Target(run_html_libxml2, lambda: _with_option(_pages())),
    "mhtml": Target(run_mhtml, lambda: map(corpus.make_message, _pages())),
    "pdf": Target(run_pdf, _pdfs, largest=corpus.LARGEST, seconds=20.0, guarded=True),
    "encoding": Target(run_encoding, lambda: (b"\0\0" + data[:2000] for data in _texts())),
    "sniff": Target(run_sniff, lambda: _with_option(iter([*_texts(), *_pages()]))),
    "parse": Target(run_parse, _texts, by_lines=True),
    "page": Target(run_page, _pages, by_lines=True),
    "sections": Target(run_sections, _line_choices, largest=800),
    "values": Target(run_values, _values, largest=400),
    "places": Target(run_places, _values, largest=400),
    "masking": Target(run_masking, lambda: iter([*_values(), *(data[:4000] for data in _texts())]), largest=4_096),
    "containers": Target(run_containers, _containers, largest=32_768),
}


def run_target(name: str, data: bytes) -> None:
    """One input, for tests: raises where an invariant is broken."""
    TARGETS[name].run(data)
