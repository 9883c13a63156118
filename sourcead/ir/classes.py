"""Classes as the IR names them, and what the generated code makes instead of their instances.

Methods are compiled away; of an object only its attributes are left. Where one has to be made at
run time, calling its class is right for a data class that only stores its fields. Any other class
does something when it is called, so that the generated code makes a `SimpleNamespace`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from sourcead.ir.core import GlobalRef


class PlainClass(GlobalRef):
    """A class whose instances cannot be made by calling it with their attributes."""

    __slots__ = ()


NAMESPACE = GlobalRef("types", "SimpleNamespace")


def class_reference(cls: type) -> GlobalRef:
    """The name of a class.

    >>> @dataclasses.dataclass
    ... class Point:
    ...     x: float
    >>> isinstance(class_reference(Point), PlainClass)
    False
    >>> isinstance(class_reference(object), PlainClass)
    True
    """
    kind = GlobalRef if stores_its_arguments(cls) else PlainClass
    return kind(cls.__module__, cls.__qualname__)


def stores_its_arguments(cls: type) -> bool:
    """Whether calling a class with values for its fields does nothing but store them."""
    if issubclass(cls, tuple):
        return hasattr(cls, "_fields")
    if not dataclasses.is_dataclass(cls) or hasattr(cls, "__post_init__"):
        return False
    init: Any = vars(cls).get("__init__")
    code = getattr(init, "__code__", None)
    generated = code is not None and code.co_filename == "<string>"
    return generated and all(field.init for field in dataclasses.fields(cls))
