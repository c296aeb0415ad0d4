"""Speed of the language layer: warmed on some descriptions, timed on others, all ratios within one run.

``python -m benchmarks.language OUT``: ``OUT`` is an output folder; its current descriptions are halved.
``python -m benchmarks.language OUT --memory full`` (or ``fast``): a process' memory over 5,000 descriptions.
``python -m benchmarks.language --whole 12000``: the tables of the whole archive, of as many invented projects.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from spacy.language import Language

from parsers.spacy_fi.build import Level, build_pipeline
from pipeline.keywords import find_keywords
from pipeline.language import GROUP_DOCUMENTS
from pipeline.language_inputs import Request, read_bucket
from pipeline.language_task import analyse_documents
from pipeline.similar import find_similar
from pipeline.word_counts import WordCounts

REPEATS = 5
"""Timings of which the median counts."""
MANY = 5000
"""Descriptions over which memory must stay flat."""
_WORDS_EACH = 260
_SYLLABLES = ("ka", "lu", "mi", "no", "pe", "ri", "sa", "to", "vu", "hä")


def read_requests(out: Path) -> list[Request]:
    """The free text of the current descriptions of the latest snapshot."""
    root = out / "latest"
    names = sorted(part.name for part in (root / "tables" / "documents").iterdir())
    return [reading.request for name in names for reading in read_bucket(root.resolve(), name, "")]


def median_seconds(work: Callable[[], object]) -> float:
    """The median of some timings of CPU time: the machine may be shared."""
    found = []
    for _ in range(REPEATS):
        gc.collect()
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return sorted(found)[REPEATS // 2]


def analyse_all(nlp: Language, requests: Sequence[Request]) -> int:
    """Every description through the pipeline, as a child does it."""
    groups = (requests[first : first + GROUP_DOCUMENTS] for first in range(0, len(requests), GROUP_DOCUMENTS))
    return sum(len(analyse_documents(nlp, group)) for group in groups)


def pipe_alone(nlp: Language, requests: Sequence[Request]) -> int:
    """The texts through a pipeline as it is."""
    with nlp.memory_zone():
        return sum(len(doc) for doc in nlp.pipe(text for request in requests for text in request.texts))


def measure(out: Path) -> dict[str, float]:
    """The figures of the layer's promises."""
    requests = read_requests(out)
    warm, timed = requests[::2], requests[1::2]
    fast, full = build_pipeline("fast"), build_pipeline("full")
    figures: dict[str, float] = {"descriptions": len(timed)}
    figures["characters_each"] = round(sum(len(text) for one in timed for text in one.texts) / len(timed))
    for level, nlp in (("fast", fast), ("full", full)):
        analyse_all(nlp, warm)
        seconds = median_seconds(partial(analyse_all, nlp, timed))
        figures[f"{level}_per_second"] = round(len(timed) / seconds, 1)
    ours = [name for name in full.pipe_names if name != "ner"]
    with full.select_pipes(disable=ours):
        pipe_alone(full, warm)
        seconds = median_seconds(lambda: pipe_alone(full, timed))
    figures["model_alone_per_second"] = round(len(timed) / seconds, 1)
    figures["full_of_model"] = round(figures["full_per_second"] / figures["model_alone_per_second"], 3)
    return figures


def measure_memory(out: Path, level: Level) -> dict[str, float]:
    """Resident memory in MiB before the first description and after more and more, ``MANY`` in all, one level.

    Every description gets words that none before it had, as no archive is without new names: what is kept of words
    seen has to stay within its bounds.
    """
    requests = read_requests(out)
    nlp = build_pipeline(level)
    figures: dict[str, float] = {"mib_before": _resident_mib()}
    for number in range(MANY):
        known = requests[number % len(requests)]
        texts = [*known.texts, " ".join(_new_words(number))]
        analyse_documents(nlp, [Request(texts, known.places, known.parties)])
        if (number + 1) % (MANY // 10) == 0:
            figures[f"mib_after_{number + 1}"] = _resident_mib()
    figures["mib_peak"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return figures


def measure_whole(projects: int) -> dict[str, float]:
    """Seconds of CPU and peak MiB for the tables of the whole archive, on invented counts of as many projects."""
    generator = np.random.default_rng(1)
    kinds = int(6000 * (projects / 2000) ** 0.5)
    odds = 1 / np.arange(1, kinds + 1)
    drawn = generator.choice(kinds, size=projects * _WORDS_EACH, p=odds / odds.sum())
    pairs, found = np.unique(np.repeat(np.arange(projects), _WORDS_EACH) * kinds + drawn, return_counts=True)
    codes = [f"S{number:05d}" for number in range(projects)]
    axes: list[str | None] = [str(number % 5) for number in range(projects)]
    words = [(f"sana{number}", "NOUN") for number in range(kinds)]
    counts = WordCounts(codes, axes, words, pairs // kinds, pairs % kinds, found.astype(np.int64))
    figures: dict[str, float] = {"projects": projects, "mib_before": _resident_mib()}
    for name, work in (("keywords", find_keywords), ("similar_projects", find_similar)):
        begun = time.process_time()
        work(counts)
        figures[f"{name}_seconds"] = round(time.process_time() - begun, 2)
    figures["mib_peak"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return figures


def _new_words(number: int) -> Iterator[str]:
    """A name and nineteen words of a description's own."""
    for word in range(20):
        digits = str(number * 20 + word)
        made = "".join(_SYLLABLES[int(digit)] for digit in digits)
        yield made.capitalize() if word == 0 else made


def _resident_mib() -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def main(arguments: Sequence[str]) -> None:
    """Print the figures as JSON."""
    out = Path(arguments[0]) if arguments else Path()
    if "--whole" in arguments:
        figures = measure_whole(int(arguments[-1]))
    elif "--memory" in arguments:
        figures = measure_memory(out, "fast" if "fast" in arguments else "full")
    else:
        figures = measure(out)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
