"""Pure functions from bytes to records: readers, sections, fields, scores, masking."""

PARSER_VERSION = "0.1.0"
"""Raised with every change that can change a row: cached results of other versions are not used."""
