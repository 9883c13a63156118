"""Objects: instances made inside the function, their attributes, methods and operators."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from types import FunctionType, SimpleNamespace
from typing import Any

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Instance,
    Items,
    Static,
    Super,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value, write
from sourcead.frontend.statics import static_value
from sourcead.ir.classes import class_named
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef, Value
from sourcead.ops.catalog import find

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
        items = {name: _held(frame, value) for name, value in kwargs.items()}
        frame.state.contents[cell] = Instance(cls, items)
        return cell
    if cls.__module__ == "builtins" or _lookup(cls, "__new__") is not vars(object)["__new__"]:
        frame.refuse(
            node,
            "SAD104",
            f"an instance of `{cls.__name__}` is made",
            "the class is not written in Python, or makes its instances itself",
            "numbers, arrays, containers, or a plain class",
        )
    cell = frame.new_cell(Instance(cls, {}), cls.__name__.lower())
    if dataclasses.is_dataclass(cls) and not isinstance(vars(cls).get("__init__"), property):
        if _is_generated(cls):
            _fill_fields(frame, cell, cls, args, kwargs, node)
            return cell
    init = _lookup(cls, "__init__")
    if isinstance(init, FunctionType):
        _call(frame, init, [cell, *args], kwargs, node)
    elif args or kwargs:
        frame.refuse(node, "SAD105", f"`{cls.__name__}()` takes no arguments")
    return cell


def _is_generated(cls: type) -> bool:
    init = _lookup(cls, "__init__")
    return isinstance(init, FunctionType) and init.__code__.co_filename == "<string>"


def _fill_fields(
    frame: Frame, cell: Cell, cls: type, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> None:
    """What a dataclass's own `__init__` does."""
    fields = [f for f in dataclasses.fields(cls) if f.init]
    given = dict(zip([f.name for f in fields if not f.kw_only], args, strict=False)) | kwargs
    unknown = given.keys() - {f.name for f in fields}
    if unknown or len(args) > len(fields):
        frame.refuse(node, "SAD105", f"`{cls.__name__}` does not take these arguments")
    found: dict[str, Binding] = {}
    for field in dataclasses.fields(cls):
        if field.name in given:
            found[field.name] = _held(frame, given[field.name])
        elif field.default is not dataclasses.MISSING:
            found[field.name] = frame.program.static_binding(frame, field.default, node)
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = _apply(frame, Static(field.default_factory), [], {}, node)
        elif field.init:
            frame.refuse(node, "SAD105", f"`{cls.__name__}` is made without `{field.name}`")
    frame.state.contents[cell] = Instance(cls, found)
    after = _lookup(cls, "__post_init__")
    if isinstance(after, FunctionType):
        _call(frame, after, [cell], {}, node)


def _held(frame: Frame, binding: Binding) -> Binding:
    return bind_value(frame, binding) if isinstance(binding, Value) else binding


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
    return Items(tuple(_held(frame, given[n]) for n in names), names=names, cls=cls)


# Attributes --------------------------------------------------------------------------------


def _lookup(cls: type, name: str, after: type | None = None) -> Any:
    """An attribute of a class as it stands in a class body; of those after one in the order."""
    order = cls.__mro__
    if after is not None:
        order = order[order.index(after) + 1 :]
    for base in order:
        if name in vars(base):
            return vars(base)[name]
    return MISSING


def instance_attribute(
    frame: Frame, owner: Binding, content: Instance, attr: str, node: ast.AST
) -> Binding:
    """`obj.attr`: a property, an attribute of the object, or one of its class."""
    cls = class_of(content)
    found = MISSING if cls is None else _lookup(cls, attr)
    if isinstance(found, property) and isinstance(found.fget, FunctionType):
        return _call(frame, found.fget, [owner], {}, node)
    if attr in content.items:
        return content.items[attr]
    if attr == "__class__" and cls is not None:
        return Static(cls)
    if cls is None or found is MISSING:
        shown = cls.__name__ if cls is not None else str(content.cls)
        frame.raises(AttributeError, f"'{shown}' object has no attribute '{attr}'")
        return frame.refuse(node, "SAD106", f"`{shown}` has no attribute `{attr}`")
    return of_class(frame, found, owner, cls, attr, node)


def of_class(
    frame: Frame, found: Any, owner: Binding, cls: type, attr: str, node: ast.AST
) -> Binding:
    """What an attribute that stands in a class body is for an instance."""
    if isinstance(found, staticmethod):
        return Static(found.__func__)
    if isinstance(found, classmethod):
        return Applied(Static(found.__func__), (Static(cls),))
    if isinstance(found, FunctionType):
        return Applied(Static(found), (owner,))
    if isinstance(found, property) and isinstance(found.fget, FunctionType):
        return _call(frame, found.fget, [owner], {}, node)
    return frame.program.static_binding(frame, found, node, attr, cls)


def tuple_attribute(frame: Frame, owner: Items, attr: str, node: ast.AST) -> Binding | None:
    """A method or property of a class of named tuples, None where it has no such thing."""
    cls = owner.cls
    found = _lookup(cls, attr) if isinstance(cls, type) else MISSING
    if found is MISSING or attr in ("index", "count", "_replace", "_asdict"):
        return None
    return of_class(frame, found, owner, cls, attr, node)


def with_fields(
    frame: Frame, owner: Binding, changes: Kwargs, node: ast.AST
) -> Binding:
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


def super_attribute(frame: Frame, owner: Super, attr: str, node: ast.AST) -> Binding:
    """`super().attr`."""
    content = frame.state.contents.get(owner.owner) if isinstance(owner.owner, Cell) else None
    cls = class_of(content) if isinstance(content, Instance) else None
    found = MISSING if cls is None else _lookup(cls, attr, owner.cls)
    if cls is None or found is MISSING:
        return frame.refuse(node, "SAD106", f"`super()` has no attribute `{attr}`")
    if found is object.__init__:
        return Static(_nothing)
    return of_class(frame, found, owner.owner, cls, attr, node)


def _nothing() -> None:
    """`object.__init__`."""


def super_call(frame: Frame, args: list[Binding], kwargs: Kwargs, node: ast.AST) -> Binding:
    """`super()` inside a method."""
    cls = frame.source.scope.resolve("__class__")
    first = frame.source.node.args.args[:1]
    if args or not isinstance(cls, type) or not first:
        return frame.refuse(node, "SAD104", "this form of `super` is not supported")
    return Super(cls, frame.lookup(first[0].arg, node))


def static_object_attribute(
    frame: Frame, owner: Static, attr: str, node: ast.AST
) -> Binding | None:
    """A method or property of an object from outside; None where it is plain data."""
    value = owner.value
    if isinstance(value, type) or inspect.ismodule(value) or inspect.isroutine(value):
        return None
    found = inspect.getattr_static(type(value), attr, MISSING)
    data = isinstance(found, property)
    if found is MISSING or (attr in getattr(value, "__dict__", {}) and not data):
        return None
    if isinstance(found, FunctionType) and find(getattr(value, attr)) is not None:
        return Static(getattr(value, attr))
    if isinstance(found, FunctionType | staticmethod | classmethod | property):
        return of_class(frame, found, owner, type(value), attr, node)
    return None


def set_attribute(
    frame: Frame, owner: Cell, content: Instance, attr: str, value: Binding, node: ast.AST
) -> None:
    """`obj.attr = value`."""
    cls = class_of(content)
    found = MISSING if cls is None else _lookup(cls, attr)
    frozen = getattr(getattr(cls, "__dataclass_params__", None), "frozen", False)
    setter = MISSING if cls is None else _lookup(cls, "__setattr__")
    if isinstance(found, property) and isinstance(found.fset, FunctionType):
        _call(frame, found.fset, [owner, value], {}, node)
        return
    plain = setter in (object.__setattr__, SimpleNamespace.__setattr__)
    if owner.owner != "local" or frozen or not plain:
        frame.refuse(
            node,
            "SAD204",
            f"the attribute `{attr}` of this object cannot be written",
            "the object comes from outside, is frozen, or has its own `__setattr__`",
            "the new value in a local variable",
        )
    write(frame, owner, Instance(content.cls, {**content.items, attr: value}), node)


# Operators ---------------------------------------------------------------------------------

DUNDERS = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floordiv": "floordiv",
    "mod": "mod", "pow": "pow", "matmul": "matmul", "bitand": "and", "bitor": "or",
    "bitxor": "xor", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "eq": "eq", "ne": "ne",
    "neg": "neg", "pos": "pos", "invert": "invert",
}  # fmt: skip
MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def instance_class(frame: Frame, binding: Binding) -> type | None:
    """The class of a binding that is an object, None for anything else."""
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
        if isinstance(content, Instance):
            return class_of(content)
    return None


def overloaded(frame: Frame, name: str, operands: list[Binding], node: ast.AST) -> Binding | None:
    """An operator that an operand's class defines; None where no operand is an object."""
    if all(instance_class(frame, b) is None for b in operands):
        return None
    word = DUNDERS.get(name, name)
    mirrored = MIRRORED.get(word, f"r{word}")
    tries = [(operands, f"__{word}__")]
    if len(operands) == 2:
        tries.append((operands[::-1], f"__{mirrored}__"))
    for (owner, *rest), method in tries:
        cls = instance_class(frame, owner)
        found = MISSING if cls is None else _lookup(cls, method)
        if isinstance(found, FunctionType):
            result = _call(frame, found, [owner, *rest], {}, node)
            if static_value(result) is not NotImplemented:
                return result
    return frame.refuse(node, "SAD102", f"the operator `{word}` is not defined for these objects")


def own_method(
    frame: Frame, owner: Binding, name: str, args: list[Binding], node: ast.AST
) -> Binding | None:
    """What a method such as `__getitem__` of an object's class returns; None without one."""
    cls = instance_class(frame, owner)
    found = MISSING if cls is None else _lookup(cls, name)
    if not isinstance(found, FunctionType):
        return None
    return _call(frame, found, [owner, *args], {}, node)


def _call(
    frame: Frame, function: FunctionType, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    return _apply(frame, Static(function), args, kwargs, node)


def _apply(
    frame: Frame, function: Binding, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    from sourcead.frontend.calls import apply

    return apply(frame, function, args, kwargs, node)
