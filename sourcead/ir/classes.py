"""Classes as the IR names them, and what the generated code makes instead of their instances.

Methods are compiled away; of an object only its attributes are left. Where one has to be made at
run time, calling its class is right for a data class that only stores its fields. Any other class
does something when it is called, so that the generated code makes a `SimpleNamespace`.
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from sourcead.ir.core import GlobalRef
from sourcead.ir.types import ListT, NumberedT, StructT, Type


@dataclass(frozen=True, slots=True)
class ClassRef(GlobalRef):
    """A class: by itself where it is known, for another one may have its name by now.

    The name alone is what a file, or another process, knows of it.
    """

    live: type | None = field(default=None, repr=False)


class PlainClass(ClassRef):
    """A class whose instances cannot be made by calling it with their attributes."""

    __slots__ = ()


# Classes that are made from the text of a file: in no module, so that no code can call them.
FROM_TEXT: WeakSet[type] = WeakSet()
NAMESPACE = GlobalRef("types", "SimpleNamespace")


def object_in(t: Type) -> str | None:
    """The name of the class of an object that a value of this type is or holds.

    A named tuple is a tuple, and only as much of an object as its elements are.
    """
    if isinstance(t, ListT):
        return object_in(t.elem)
    if isinstance(t, NumberedT):
        return getattr(t.cls, "__name__", str(t.cls))
    if not isinstance(t, StructT):
        return None
    if t.kind == "object" and named_tuple_class(t.cls) is None:
        return getattr(t.cls, "name", None) or getattr(t.cls, "__name__", str(t.cls))
    return next(filter(None, map(object_in, t.types)), None)


def named_tuple_class(cls: Any) -> type | None:
    """The class of named tuples that generated code makes, None where it makes no such thing."""
    return None if isinstance(cls, PlainClass) else named_tuple_of_program(cls)


def named_tuple_of_program(cls: Any) -> type | None:
    """The class of named tuples that the IR names, None where it names another one."""
    found = class_named(cls) if isinstance(cls, GlobalRef) else None
    return found if found is not None and issubclass(found, tuple) else None


def class_named(ref: GlobalRef) -> type | None:
    """The class that the IR names, None where it is not found in its module."""
    if isinstance(ref, ClassRef) and ref.live is not None:
        return ref.live
    found: Any = sys.modules.get(ref.module)
    for part in ref.name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None


def class_reference(cls: type) -> ClassRef:
    """A class as the IR refers to it.

    >>> @dataclass
    ... class Point:
    ...     x: float
    >>> isinstance(class_reference(Point), PlainClass)
    False
    >>> isinstance(class_reference(object), PlainClass)
    True
    """
    named = class_named(GlobalRef(cls.__module__, cls.__qualname__))
    # One that is local, or that another one has replaced, cannot be called by its name.
    callable_by_name = named in (None, cls) and "<locals>" not in cls.__qualname__
    stores = stores_its_arguments(cls) and (callable_by_name or issubclass(cls, tuple))
    stores = stores and cls not in FROM_TEXT
    kind = ClassRef if stores else PlainClass
    return kind(cls.__module__, cls.__qualname__, live=cls)


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
