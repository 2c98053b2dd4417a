"""Packages that only parts of aicmp_env need."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Imports in this block fail with the name of the extra that brings what is missing."""
    try:
        yield
    except ImportError as error:
        text = f"{error.msg}: install the extra '{extra}' of aicmp-env ('.[{extra}]')"
        raise ModuleNotFoundError(text, name=error.name) from None
