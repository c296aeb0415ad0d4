"""The forms: one module each with a ``FORM``; a new module is found by itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from models.form import Form, FormError, check_form


@functools.cache
def load_forms() -> tuple[Form, ...]:
    """Every form of this package, checked, by name; raises ``FormError``."""
    forms = []
    for module in pkgutil.iter_modules(__path__):
        form = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORM", None)
        if not isinstance(form, Form):
            raise FormError(f"models/forms/{module.name}.py defines no FORM")
        forms.append(check_form(form))
    return tuple(sorted(forms, key=lambda form: form.name))
