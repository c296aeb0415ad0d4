"""PDFs written by hand: a few objects, no library, for what no producer prints on demand."""

from __future__ import annotations

from collections.abc import Sequence

HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
HELVETICA_BOLD = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>"


def escape(text: str) -> str:
    """A text as a literal string of a content stream (WinAnsi)."""
    return "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


def show(x: float, y: float, text: str, size: float = 10, font: str = "F1", matrix: str = "1 0 0 1") -> str:
    """One text object at a place (origin bottom left)."""
    return f"BT /{font} {size} Tf {matrix} {x} {y} Tm {escape(text)} Tj ET\n"


def write_pdf(
    contents: Sequence[str],
    *,
    page_entries: str = "",
    fonts: str = "",
    objects: Sequence[str] = (),
    trailer: str = "",
    size: tuple[int, int] = (595, 842),
) -> bytes:
    """A PDF with one page for each content stream; ``objects`` get numbers from 100 on."""
    bodies: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        3: HELVETICA.encode(),
        4: HELVETICA_BOLD.encode(),
    }
    kids = []
    for number, content in enumerate(contents):
        page, stream = 10 + 2 * number, 11 + 2 * number
        kids.append(f"{page} 0 R")
        resources = f"<</Font<</F1 3 0 R/F2 4 0 R{fonts}>>>>"
        bodies[page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Resources{resources}"
            f"/Contents {stream} 0 R{page_entries}>>"
        ).encode()
        data = content.encode("cp1252")
        bodies[stream] = b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)
    bodies[2] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    for number, body in enumerate(objects, start=100):
        bodies[number] = body.encode("latin-1")
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body_bytes in sorted(bodies.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body_bytes)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += f"trailer\n<</Size {max(places) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
