"""Hostile text: long, odd, lying about its encoding, or dressed up as something else."""

from __future__ import annotations

from pathlib import Path

from hostile.case import Case, case

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "archive" / "every_format" / "S29001" / "S29001.txt"
HOMOGLYPHS = str.maketrans("aeopcHTKAE", "аеорсНТКАЕ")


def sample() -> str:
    return SAMPLE.read_text("utf-8-sig")


def before_second_section(text: str) -> bytes:
    """The sample with a text put in at the end of its first section."""
    whole = sample()
    place = whole.index("\n2 ")
    return (whole[:place] + "\n" + text + whole[place:]).encode("utf-8", "surrogatepass")


def surrogates() -> bytes:
    return "\ufeff".encode("utf-16-le") + "".join(
        f"{line}\ud800\n" for line in sample().split("\n")
    ).encode("utf-16-le", "surrogatepass")  # fmt: skip


def labels_again(count: int) -> bytes:
    return before_second_section("".join(f"Hankekoodi: S{number:05}\n" for number in range(count)))


CASES: tuple[Case, ...] = (
    case("empty.txt", lambda: b""),
    case("line_100_mb.txt", lambda: b"x" * 100_000_000, heavy=True),
    case("line_2_mb.txt", lambda: b"x" * 2_000_000),
    case("blanks_2_mb.txt", lambda: before_second_section("x" + " " * 2_000_000 + "y")),
    case("lines_10000000.txt", lambda: b"a\n" * 10_000_000, heavy=True),
    case("lines_in_form_200000.txt", lambda: before_second_section("rivi\n" * 200_000), heavy=True),
    case("lines_in_form_20000.txt", lambda: before_second_section("rivi\n" * 20_000)),
    case("unknown_labels_40000.txt", lambda: before_second_section("Outo otsake: x\n" * 40_000), heavy=True),
    case("labels_again_5000.txt", lambda: labels_again(5_000)),
    case("headings_again_5000.txt", lambda: before_second_section("2 Hakijan tiedot\n3 Suunnitelman\n" * 5_000)),
    case("titles_again_2000.txt", lambda: sample()[:60].encode() * 2_000),
    case("places_40000.txt", lambda: before_second_section("Kunnat: " + "Kotka, " * 40_000)),
    case("numbers_giant.txt", lambda: sample().replace("2014", "9" * 400).encode()),
    case("nuls.txt", lambda: sample().replace(" ", "\0").encode()),
    case("nul_bytes_only.txt", lambda: b"\0" * 100_000),
    case("surrogates_utf16.txt", surrogates),
    case("bom_lies.txt", lambda: b"\xff\xfe" + sample().encode()),
    case("bidi_and_zero_width.txt", lambda: "\u202e\u200b\u2066\ufeff".join(sample()).encode()),
    case("homoglyphs.txt", lambda: sample().translate(HOMOGLYPHS).encode()),
    case("combining_100000.txt", lambda: before_second_section("a" + "\u0308" * 100_000)),
    case("line_ends_mixed.txt", lambda: sample().replace("\n", "\r\u2028\x0b\x85\r\n").encode()),
    case("emails_1_mb.txt", lambda: before_second_section("a" * 300_000 + "@" + "b." * 300_000)),
    case("digits_1_mb.txt", lambda: before_second_section("040 " * 250_000)),
    case("terminal_codes.txt", lambda: before_second_section("\x1b]0;oma\x07\x1b[2J<script>alert(1)</script>")),
    case("formulas.txt", lambda: before_second_section('=HYPERLINK("http://x.invalid")\n+1+1\n@SUM(1)')),
    case("is_a_png.txt", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    case("is_a_program.html", lambda: b"\x7fELF" + bytes(range(256)) * 40),
    case("is_random.txt", lambda: bytes((n * n * 31 + n // 7) % 256 for n in range(50_000))),
)  # fmt: skip
