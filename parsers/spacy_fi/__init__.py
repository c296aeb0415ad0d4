"""A spaCy pipeline for Finnish project descriptions: sentences, languages, base forms, places and organisations.

Importing ``parsers.spacy_fi.components`` registers the components ``hankekuvaus_sentences``, ``hankekuvaus_languages``,
``hankekuvaus_lemmas``, ``hankekuvaus_entities`` and the tokenizer ``hankekuvaus.FinnishTokenizer.v1`` for any other
pipeline; ``parsers.spacy_fi.build.build_pipeline`` makes the whole one.
"""

LANGUAGE_VERSION = "2"
"""Raised with every change of results; whatever was made by another version is made anew."""
