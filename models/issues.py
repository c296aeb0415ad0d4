"""Every code that can stand in ``issues.code`` or give a reason in ``documents`` and ``files``: one list.

Messages are for people and say what to do where something can be done. They never hold text of a document: the
``excerpt`` column does, masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from models.checks import RULES
from models.severity import Severity

__all__ = ["ISSUE_CODES", "IssueCode", "Severity", "describe_reason"]


@dataclass(frozen=True, slots=True)
class IssueCode:
    """A stable code, how grave it is, and what it means."""

    code: str
    severity: Severity
    message: str


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

_CODES = (
    # Reading
    IssueCode("empty", _E, "The file is empty."),
    IssueCode("not_text", _E, "The bytes are not text in any encoding that is known here."),
    IssueCode(
        "no_text", _E, "There is no text: a scanned or blank page; install Debian's tesseract-ocr-fin to read scans."
    ),
    IssueCode("too_deep", _E, "The page is nested too deeply to be read safely."),
    IssueCode("too_large", _E, "The file is larger than the limit."),
    IssueCode("too_many_pages", _E, "The PDF has more pages than the limit."),
    IssueCode("too_many_characters", _E, "The document has more characters than the limit."),
    IssueCode("too_compressed", _E, "The container unfolds to more than the limit: a bomb, or many equal files."),
    IssueCode("too_many_entries", _E, "The container has more entries than the limit; what came before was read."),
    IssueCode("encrypted", _E, "The PDF is encrypted and cannot be opened without its password."),
    IssueCode("broken_pdf", _E, "The PDF is damaged: no reader can open it."),
    IssueCode("no_pages", _E, "The PDF has no pages."),
    IssueCode("unknown_format", _E, "Neither text, HTML nor PDF."),
    IssueCode("crash", _E, "Reading this document killed the reader; it was left out, the others were not touched."),
    IssueCode("timeout", _E, "Reading this document took longer than the limit."),
    IssueCode("memory", _E, "Reading this document took more memory than the limit."),
    IssueCode(
        "parser_error", _E, "The parser failed on this document: a fault of ours, please report its document_id."
    ),
    IssueCode("too_many_rows", _E, "A list in the document is longer than a table can number (32,767)."),
    IssueCode("unreadable", _E, "The file could not be opened."),
    IssueCode("vanished", _E, "The file was gone when it was to be read."),
    IssueCode("truncated", _E, "The file or its container is cut short or damaged; what came before was read."),
    IssueCode("too_deep_container", _E, "A container within containers within containers: not read."),
    IssueCode("http_status", _I, "The server did not give the page: an error or a redirection was captured."),
    IssueCode(
        "revisit_unresolved", _E, "A capture that is said to equal an earlier one, which is in none of the archives."
    ),
    IssueCode("special_file", _I, "A link, pipe, socket or device: not followed, not read."),
    IssueCode("ignored_type", _I, "Part of a saved page (style sheet, picture, script): nothing to read in it."),
    IssueCode("duplicate", _I, "The same bytes as an earlier file."),
    IssueCode("encoding_fallback", _W, "The declared encoding does not fit the bytes; another was used."),
    IssueCode("undecodable_characters", _W, "Bytes or letters of no known character; U+FFFD stands in their place."),
    IssueCode("doubtful_hyphen", _I, "A hyphen at a line end may belong to the word or not."),
    IssueCode("dropped_text", _W, "Much hidden text or navigation was left out: compare with the page."),
    IssueCode("value_unstorable", _W, "A value that no table can hold (half a character, out of range) was left out."),
    IssueCode("second_reader", _I, "The first PDF reader's result did not validate; the second one's is used."),
    IssueCode("ocr", _W, "The text was read from a picture: letters may be wrong."),
    # The form
    IssueCode("unknown_form", _E, "Not a description on a form that is known here."),
    IssueCode("several_descriptions", _E, "The document holds more than one description; one of them is read."),
    IssueCode("damaged_title", _W, "The title is damaged or missing; the form was told by its headings."),
    IssueCode("project_code_unreadable", _E, "No valid project code can be read."),
    IssueCode("section_missing", _E, "A section that every description of this form has is missing."),
    IssueCode("section_order_doubtful", _W, "A heading of the form stands more than once; the likeliest was taken."),
    IssueCode("heading_damaged", _W, "A heading is not printed as the form prints it."),
    IssueCode("unclaimed_text", _W, "Text in a place where the form has none: nothing was made of it."),
    IssueCode("unknown_label", _W, "A label that the form does not know."),
    IssueCode("label_missing", _I, "The section has no line with this label."),
    IssueCode("label_repeated", _W, "The label stands more than once in its section; the first is used."),
    IssueCode("label_fuzzy", _W, "The label is not printed as the form prints it."),
    IssueCode("value_invalid", _E, "The value cannot be read as what its label asks for."),
    IssueCode("value_doubtful", _W, "The value can be read in more than one way, or is damaged."),
    IssueCode("cents_rounded", _I, "The sum is printed with cents and was rounded half up to whole euros."),
    IssueCode("score_table_missing", _W, "The section on sustainability has no table of criteria."),
    IssueCode("score_missing", _W, "The row of this criterion was not found, or has no two numbers."),
    IssueCode("score_row_doubtful", _W, "Another line looks like this criterion's row too; the likeliest was taken."),
    IssueCode("partners_lost", _W, "The list of partners is announced, but there is none under it."),
    IssueCode("partner_unreadable", _W, "A line of the list of partners could not be read."),
    IssueCode("place_unmatched", _W, "A place name that is in no code list."),
    IssueCode("place_fuzzy", _W, "A place name that is only nearly that of a code list."),
    IssueCode("correction_applied", _I, "A person corrected this value (corrections.csv): raw is what is printed."),
    IssueCode(
        "correction_expired",
        _W,
        "A correction (corrections.csv) was not applied: look at the value again, and renew or remove the correction.",
    ),
    IssueCode(
        "forgotten",
        _I,
        "The persons of this project are forgotten (hankekuvaus forget): contacts are empty, names in its text masked.",
    ),
    # The checks are rules, described in models/checks.py
    *(IssueCode(rule.id, rule.severity, rule.message) for rule in RULES),
)

ISSUE_CODES = MappingProxyType({code.code: code for code in _CODES})


def describe_reason(code: str, detail: str = "") -> str:
    """``code: message (detail)``, as it stands in ``documents.reason`` and ``files.reason``."""
    message = ISSUE_CODES[code].message
    return f"{code}: {message} ({detail})" if detail else f"{code}: {message}"
