"""Projects whose free text is most alike: cosine of tf-idf vectors over base forms.

Only a project's most telling words count, and words that a tenth of all projects have do not; so a project is compared
through the lists of those that share such a word, and the work grows little faster than the archive.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.word_counts import WordCounts

MOST = 10
"""Neighbours of a project."""
LEAST_SCORE = 0.1
TERMS = 80
"""Words of a project that count."""
_COMMON_SHARE, _COMMON_COUNT = 0.1, 20


def find_similar(counts: WordCounts) -> list[list[Any]]:
    """Columns of ``similar_projects``, rows by project and rank."""
    columns: list[list[Any]] = [[] for _ in range(4)]
    n_projects, n_words = len(counts.projects), len(counts.words)
    if n_projects < 2:
        return columns
    spread = np.bincount(counts.word, minlength=n_words)
    telling = (spread >= 2) & (spread <= max(_COMMON_COUNT, _COMMON_SHARE * n_projects))
    keep = np.flatnonzero(telling[counts.word])
    weight = (1 + np.log(counts.count[keep])) * np.log(n_projects / spread[counts.word[keep]])
    keep, weight = keep[weight > 0], weight[weight > 0]
    order = np.lexsort((counts.word[keep], -np.round(weight, 9), counts.project[keep]))
    project = counts.project[keep][order]
    first = np.searchsorted(project, np.arange(n_projects))
    chosen = order[np.arange(len(order)) - first[project] < TERMS]
    project, word, weight = counts.project[keep][chosen], counts.word[keep][chosen], weight[chosen]
    norm = np.sqrt(np.bincount(project, weight**2, n_projects))
    weight = weight / norm[project]

    by_word = np.lexsort((project, word))
    posted, posted_weight = project[by_word], weight[by_word]
    begin = np.searchsorted(word[by_word], np.arange(n_words + 1))
    bounds = np.searchsorted(project, np.arange(n_projects + 1))
    scores = np.zeros(n_projects)
    for number, code in enumerate(counts.projects):
        for place in range(bounds[number], bounds[number + 1]):
            a, b = begin[word[place]], begin[word[place] + 1]
            scores[posted[a:b]] += weight[place] * posted_weight[a:b]
        scores[number] = 0.0
        near = np.flatnonzero(scores >= LEAST_SCORE)
        rounded = np.round(scores[near], 4)
        best = near[np.lexsort((near, -rounded))[:MOST]]
        for rank, other in enumerate(best.tolist(), 1):
            values = (code, rank, counts.projects[other], round(float(scores[other]), 4))
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        scores[:] = 0.0
    return columns
