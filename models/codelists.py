"""The code lists that ship with the package (``models/codes``): loaded once, validated as a whole.

Origin and licence of every list stand in ``models/codes/ORIGIN.md``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files

from models.code_loading import load_code_lists
from models.code_records import Authority, Axis, CodeLists, Municipality, Objective, Region, Subregion


@functools.cache
def code_lists() -> CodeLists:
    """The package's own lists; call it at start-up, so that a broken list stops everything before any work."""
    return load_code_lists(files("models.codes"))


def regions() -> Mapping[str, Region]:
    """Regions by their two-digit code."""
    return code_lists().regions


def subregions() -> Mapping[str, Subregion]:
    """Subregions by their three-digit code, ended ones too."""
    return code_lists().subregions


def municipalities() -> Mapping[str, Municipality]:
    """Municipalities by their three-digit code, merged ones too."""
    return code_lists().municipalities


def axes() -> Mapping[str, Axis]:
    """Priority axes of 2014-2020 by code."""
    return code_lists().axes


def objectives() -> Mapping[str, Objective]:
    """Specific objectives of 2014-2020 by code."""
    return code_lists().objectives


def authorities() -> Mapping[str, Authority]:
    """Granting authorities by a code of our own."""
    return code_lists().authorities


def organisation_types() -> frozenset[str]:
    """Organisation types as the forms print them."""
    return code_lists().organisation_types
