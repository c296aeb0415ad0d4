"""A peer: pdfplumber's text and regular expressions written by hand, as most would begin."""

from __future__ import annotations

import io
import re

import pdfplumber

from benchmarks.peer_rows import CRITERIA, LABELS, make_rows
from models.records import Row
from pipeline.evaluate.archive import Extracted

_HEADINGS = {
    "1": "Hanke",
    "2": "Hakijan perustiedot",
    "3": "Suunnitelman mukainen tiivistelmä toteutuksesta",
    "4": "Hankkeen kohderyhmät",
    "4.1": "Varsinaiset kohderyhmät",
    "4.2": "Välilliset kohderyhmät",
    "5": "Projektin julkinen rahoitus, euroa",
    "6": "Maantieteellinen kohdealue",
    "7": "Hakemusvaiheessa ilmoitettavat arviot hankekohtaisista seurantiedoista",
    "8": "Horisontaaliset periaatteet",
    "8.1": "Sukupuolten tasa-arvo",
    "8.2": "Kestävä kehitys",
    "9": "Loppuraportin tiivistelmä",
}
_FREE_TEXT = ("3", "4.1", "4.2", "9")


def extract_by_plumber(data: bytes, name: str) -> Extracted:
    """Rows of a printed page."""
    del name
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = "\n".join(page.extract_text() or "" for page in pdf.pages)
    bodies = _split_sections(text)
    fields = {}
    for (number, label), field in LABELS.items():
        body = "\n".join(body for key, body in bodies.items() if key.partition(".")[0] == number)
        found = re.search(rf"^{re.escape(label)}:[ ]*(.*)$", body, re.MULTILINE)
        if found:
            fields[field] = found[1]
    rows = make_rows(fields)
    rows["projects"][0]["fund"] = "ESR" if "(ESR)" in text else "EAKR" if "(EAKR)" in text else None
    rows["sections"] = [
        {
            "section_number": number,
            "parent_number": number.rpartition(".")[0] or None,
            "level": number.count(".") + 1,
            "title": _HEADINGS[number],
            "text": body.strip() if number in _FREE_TEXT else None,
        }
        for number, body in bodies.items()
    ]
    rows["scores"] = _read_scores(bodies.get("8.2", ""))
    rows["indicators"] = _read_indicators(bodies.get("7", ""))
    rows["partners"] = _read_partners(bodies.get("2", ""))
    return Extracted(rows)


def _split_sections(text: str) -> dict[str, str]:
    """Bodies by number: from each heading to the next."""
    found = []
    for number, title in _HEADINGS.items():
        match = re.search(rf"^{re.escape(number)} {re.escape(title)}[ ]*$", text, re.MULTILINE)
        if match:
            found.append((match.start(), match.end(), number))
    found.sort()
    ends = [start for start, _, _ in found[1:]] + [len(text)]
    return {number: text[begin:end] for (_, begin, number), end in zip(found, ends, strict=True)}


def _read_scores(body: str) -> list[Row]:
    rows: list[Row] = []
    for line in body.strip().split("\n"):
        match = re.fullmatch(r"(\D.*?) (\d{1,2}) (\d{1,2})", line)
        if match and match[1] in CRITERIA:
            direct, indirect = int(match[2]), int(match[3])
            rows.append({"criterion": CRITERIA[match[1]], "label": match[1], "direct": direct, "indirect": indirect})
        elif rows:
            rows[-1]["justification"] = f"{rows[-1].get('justification', '')}\n{line}".strip()
    return rows


def _read_indicators(body: str) -> list[Row]:
    rows = []
    pieces = re.split(r"^7\.(\d+) (.*)$", body, flags=re.MULTILINE)
    for number, title, rest in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        row: Row = {"number": f"7.{number}", "title": title.strip()}
        for column, label in (("planned", "Suunniteltu"), ("realised", "Toteutunut seurantatietojen mukaan")):
            match = re.search(rf"^{label}: ([\d ]+)", rest, re.MULTILINE)
            row[column] = float(match[1].replace(" ", "")) if match else None
        rows.append(row)
    return rows


def _read_partners(body: str) -> list[Row]:
    role = "transfer_recipient" if "Tuen siirron saajat" in body else "partner"
    return [
        {"name": match[1], "organisation_type": match[2], "business_id": match[3], "role": role}
        for match in re.finditer(r"^(.+?)(?:, ([^,\n]+))?, (\d{7}-\d)$", body, re.MULTILINE)
    ]
