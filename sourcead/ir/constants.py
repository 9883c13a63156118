"""The literal behind a value, where it is known."""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import Value


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def constant(value: Value | None) -> Any:
    """The literal behind a value, or `MISSING`."""
    if value is not None and value.op is not None and value.op.name == "const":
        return value.op.attrs["value"]
    return MISSING
