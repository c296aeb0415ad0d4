"""What sets a project apart from the others of its priority axis: log-odds of its words.

The measure is the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008): a word's share
in the project against its share in the axis' other projects, shrunk towards its share in the archive, as a z-score.
Rare words do not win by chance, and words that everybody uses do not win at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.word_counts import WordCounts

MOST = 20
"""Keywords of a project."""
LEAST_COUNT = 2
LEAST_SCORE = 1.96
PRIOR = 500.0
"""Words that the prior is worth."""


def find_keywords(counts: WordCounts) -> list[list[Any]]:
    """Columns of ``keywords``, rows by project and rank."""
    columns: list[list[Any]] = [[] for _ in range(6)]
    if not counts.projects:
        return columns
    names = sorted({axis or "" for axis in counts.axes})
    axis = np.array([names.index(one or "") for one in counts.axes], dtype=np.int64)
    n_words, n_projects = len(counts.words), len(counts.projects)
    archive = np.bincount(counts.word, counts.count, n_words)
    prior = archive * (PRIOR / archive.sum())
    by_axis = np.bincount(axis[counts.project] * n_words + counts.word, counts.count, len(names) * n_words)
    axis_total = np.bincount(axis[counts.project], counts.count, len(names))
    own_total = np.bincount(counts.project, counts.count, n_projects)

    own = counts.count + prior[counts.word]
    own_rest = own_total[counts.project] + PRIOR - own
    others = by_axis[axis[counts.project] * n_words + counts.word] - counts.count + prior[counts.word]
    others_rest = (axis_total[axis] - own_total)[counts.project] + PRIOR - others
    score = (np.log(own / own_rest) - np.log(others / others_rest)) / np.sqrt(1 / own + 1 / others)
    keep = np.flatnonzero((counts.count >= LEAST_COUNT) & (score >= LEAST_SCORE))
    order = keep[np.lexsort((counts.word[keep], -np.round(score[keep], 4), counts.project[keep]))]
    rank, last = 0, -1
    for place in order.tolist():
        project = int(counts.project[place])
        rank = rank + 1 if project == last else 1
        last = project
        if rank > MOST:
            continue
        lemma, pos = counts.words[int(counts.word[place])]
        values = (counts.projects[project], rank, lemma, pos, int(counts.count[place]), round(float(score[place]), 4))
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return columns
