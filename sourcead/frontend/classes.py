"""Objects: their classes, and instances that are made inside the function."""

from __future__ import annotations

import ast
import dataclasses
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MethodDescriptorType,
    ModuleType,
    SimpleNamespace,
    WrapperDescriptorType,
)
from typing import Any

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Instance,
    Items,
    Static,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import named
from sourcead.frontend.parsed_module import ParsedClass, ParsedFunction, ParsedModule
from sourcead.ir.classes import class_named
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef

Kwargs = dict[str, Binding]


def class_of(content: Instance) -> type | None:
    """The class of an instance; those that come as arguments name theirs."""
    cls = content.cls
    if isinstance(cls, GlobalRef):
        return class_named(cls)
    return cls if isinstance(cls, type) else None


def new_instance(
    frame: Frame, cls: type, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    """Call a class."""
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return named_tuple(frame, cls, args, kwargs, node)
    if cls is SimpleNamespace and not args:
        cell = Cell("namespace")
        items = {name: named(frame, value) for name, value in kwargs.items()}
        frame.state.contents[cell] = Instance(cls, items)
        return cell
    from sourcead.frontend.numbered import numbered

    _check_making(frame, cls, node)
    cell = frame.new_cell(Instance(cls, {}), cls.__name__.lower())
    with frame.holding(cell):
        _initialise(frame, cell, cls, args, kwargs, node)
    return numbered(frame, cell, node)


def _initialise(
    frame: Frame, cell: Cell, cls: type, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> None:
    if dataclasses.is_dataclass(cls) and is_generated(look_up(cls, "__init__")):
        _fill_fields(frame, cell, cls, args, kwargs, node)
        return
    init = look_up(cls, "__init__")
    if isinstance(init, FunctionType):
        call(frame, init, [cell, *args], kwargs, node)
    elif args or kwargs:
        frame.refuse(node, "SAD105", f"`{cls.__name__}()` takes no arguments")


def _check_making(frame: Frame, cls: type, node: ast.AST) -> None:
    """Refuse classes whose instances are made, or let go, in a way of their own."""
    own_new = look_up(cls, "__new__") is not vars(object)["__new__"]
    if cls.__module__ == "builtins" or own_new or look_up(type(cls), "__call__") is not TYPE_CALL:
        frame.refuse(
            node,
            "SAD104",
            f"an instance of `{cls.__name__}` is made",
            "the class is not written in Python, or makes its instances itself",
            "numbers, arrays, containers, or a plain class",
        )
    abstract = getattr(cls, "__abstractmethods__", ())
    if abstract:
        missing = ", ".join(sorted(abstract))
        frame.raises(TypeError, f"Can't instantiate abstract class {cls.__name__}")
        frame.refuse(node, "SAD104", f"`{cls.__name__}` is abstract: it lacks {missing}",
                     fix="a class that has them")  # fmt: skip
    if look_up(cls, "__del__") is not MISSING:
        frame.refuse(
            node, "SAD104", f"`{cls.__name__}` does something when its instances are let go",
            "when that is depends on who else knows them", "a class without `__del__`",
        )  # fmt: skip


TYPE_CALL = vars(type)["__call__"]


def is_generated(method: Any) -> bool:
    """Whether a method was written by `@dataclass`: it has no source to read."""
    return isinstance(method, FunctionType) and method.__code__.co_filename == "<string>"


def _fill_fields(
    frame: Frame, cell: Cell, cls: Any, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> None:
    """What a dataclass's own `__init__` does."""
    code = look_up(cls, "__init__").__code__
    taken = code.co_argcount + code.co_kwonlyargcount
    positional, every = code.co_varnames[1 : code.co_argcount], code.co_varnames[1:taken]
    given = dict(zip(positional, args, strict=False))
    if len(args) > len(positional) or kwargs.keys() - set(every) or given.keys() & kwargs.keys():
        frame.refuse(node, "SAD105", f"`{cls.__name__}` does not take these arguments")
    given |= kwargs
    kept = {field.name for field in dataclasses.fields(cls)}
    found: dict[str, Binding] = {}
    for name, field in cls.__dataclass_fields__.items():
        if name not in kept and name not in every:
            continue  # the class has it, not its instances
        if name in given:
            found[name] = named(frame, given[name])
        elif field.default is not dataclasses.MISSING:
            found[name] = frame.program.static_binding(frame, field.default, node)
        elif field.default_factory is not dataclasses.MISSING:
            found[name] = named(frame, call(frame, field.default_factory, [], {}, node))
        elif name in every:
            frame.refuse(node, "SAD105", f"`{cls.__name__}` is made without `{name}`")
    passed = [found[n] for n in cls.__dataclass_fields__ if n in every and n not in kept]
    frame.state.contents[cell] = Instance(cls, {n: b for n, b in found.items() if n in kept})
    after = special_method(frame, cls, "__post_init__", node)
    if after is not None:
        call(frame, after, [cell, *passed], {}, node)


def named_tuple(
    frame: Frame, cls: Any, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    """A named tuple: a tuple whose elements have names."""
    names: tuple[str, ...] = cls._fields
    given = dict(zip(names, args, strict=False)) | kwargs
    for name, value in cls._field_defaults.items():
        given.setdefault(name, frame.program.static_binding(frame, value, node))
    if given.keys() != set(names) or len(args) > len(names):
        frame.refuse(node, "SAD105", f"`{cls.__name__}` takes {', '.join(names)}")
    return Items(tuple(named(frame, given[n]) for n in names), names=names, cls=cls)


def with_fields(frame: Frame, owner: Binding, changes: Kwargs, node: ast.AST) -> Binding:
    """`dataclasses.replace(owner, **changes)`, `owner._replace(**changes)`: a new object."""
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    cls = class_of(content) if isinstance(content, Instance) else None
    if isinstance(content, Instance) and cls is not None and dataclasses.is_dataclass(cls):
        names = {f.name for f in dataclasses.fields(cls) if f.init}
        given = {n: b for n, b in content.items.items() if n in names}
        return new_instance(frame, cls, [], {**given, **changes}, node)
    if isinstance(owner, Items) and owner.cls is not None:
        given = dict(zip(owner.names, owner.items, strict=True))
        return named_tuple(frame, owner.cls, [], {**given, **changes}, node)
    return frame.refuse(
        node, "SAD106", "only data classes and named tuples can be replaced in part",
        fix="a new object of the class",
    )  # fmt: skip


# Classes -----------------------------------------------------------------------------------------


def look_up(cls: type, name: str, after: type | None = None) -> Any:
    """An attribute of a class as it stands in a class body; of those after one in the order."""
    order = cls.__mro__
    if after is not None:
        order = order[order.index(after) + 1 :]
    for base in order:
        if name in vars(base):
            return vars(base)[name]
    return MISSING


def instance_class(frame: Frame, binding: Binding) -> type | None:
    """The class of a binding that is an object made here or handed over, None for others."""
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
        if isinstance(content, Instance):
            return class_of(content)
    return None


def object_class(frame: Frame, binding: Binding) -> type | None:
    """The class of any object of a class written in Python: also from outside, or named tuples."""
    match binding:
        case Static(held=value):
            cls = type(value)
            plain = isinstance(value, NOT_OBJECTS) or not cls.__flags__ & WRITTEN_IN_PYTHON
            return None if plain else cls
        case Items(cls=cls):
            return cls if isinstance(cls, type) else None
    return instance_class(frame, binding)


NOT_OBJECTS = (type, FunctionType, ModuleType, ParsedModule, ParsedFunction, ParsedClass)
WRITTEN_IN_PYTHON = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a `class` statement
# How classes written in C say what they do: by tables that call for no code of ours.
BUILT_IN = (
    WrapperDescriptorType,
    MethodDescriptorType,
    ClassMethodDescriptorType,
    BuiltinFunctionType,
    GetSetDescriptorType,
)


def special_method(frame: Frame, cls: type | None, name: str, node: ast.AST) -> FunctionType | None:
    """A method such as `__add__` that a class written in Python has; None without one."""
    found = MISSING if cls is None else look_up(cls, name)
    if found is MISSING or isinstance(found, BUILT_IN):
        return None
    if getattr(found, "__module__", "") == "enum":
        return None  # members of enumerations are known, and so is what their own methods say
    if not isinstance(found, FunctionType):
        assert cls is not None
        frame.refuse(
            node, "SAD106", f"`{name}` of `{cls.__name__}` is no plain method",
            fix=f"`def {name}(self, ...)` in the class",
        )  # fmt: skip
    return found


def own_method(
    frame: Frame, owner: Binding, name: str, args: list[Binding], node: ast.AST
) -> Binding | None:
    """What a method such as `__getitem__` of an object's class returns; None without one."""
    method = special_method(frame, object_class(frame, owner), name, node)
    return None if method is None else call(frame, method, [owner, *args], {}, node)


def call(
    frame: Frame, function: Any, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    """Call a method of a class."""
    from sourcead.frontend.calls import apply

    return apply(frame, Static(function), args, kwargs, node)
