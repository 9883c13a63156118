"""Attributes of objects, looked up and set as Python does: type, instance, `__getattr__`."""

from __future__ import annotations

import ast
import functools
import inspect
from types import (
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    SimpleNamespace,
    WrapperDescriptorType,
)
from typing import Any, NoReturn

from sourcead.frontend import prelude
from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Instance,
    Items,
    Numbered,
    Static,
    Super,
)
from sourcead.frontend.classes import (
    call,
    class_of,
    instance_class,
    look_up,
    object_class,
    special_method,
)
from sourcead.frontend.columns import has_column
from sourcead.frontend.frame import Frame, Raises
from sourcead.frontend.memory import write
from sourcead.frontend.numbered import numbered_attribute, set_numbered_attribute
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Region
from sourcead.ops.catalog import find

Args = list[Binding]
Kwargs = dict[str, Binding]


def instance_attribute(
    frame: Frame, owner: Cell, content: Instance, attr: str, node: ast.AST
) -> Binding:
    """`obj.attr`, by way of the class's `__getattribute__` where it has one."""
    cls = class_of(content)
    hook = special_method(frame, cls, "__getattribute__", node)
    if hook is not None:
        _refuse_both(frame, cls, node)
        return call(frame, hook, [owner, Static(attr)], {}, node)
    return _of_instance(frame, owner, content, attr, node)


def _refuse_both(frame: Frame, cls: type | None, node: ast.AST) -> None:
    """What `__getattribute__` raises, `__getattr__` answers: the path is the program's."""
    if special_method(frame, cls, "__getattr__", node) is not None:
        frame.refuse(node, "SAD106", "a class with both `__getattribute__` and `__getattr__`")


def _of_instance(frame: Frame, owner: Cell, content: Instance, attr: str, node: ast.AST) -> Binding:
    """A data descriptor of the class, an attribute of the object, or what else the class has."""
    cls = class_of(content)
    found = MISSING if cls is None else look_up(cls, attr)
    slot = isinstance(found, MemberDescriptorType)
    if cls is not None and _is_data_descriptor(found) and not slot and attr != "__class__":
        return of_class(frame, found, owner, cls, attr, node)
    if isinstance(content, Numbered) and has_column(frame, content, attr):
        return numbered_attribute(frame, content, attr, node)
    if not isinstance(content, Numbered) and attr in content.items:
        return content.items[attr]
    if attr == "__class__" and cls is not None:
        return Static(cls)
    if isinstance(found, functools.cached_property):
        return _computed_once(frame, owner, found, attr, node)
    if cls is not None and found is not MISSING and not slot:
        return of_class(frame, found, owner, cls, attr, node)
    getter = special_method(frame, cls, "__getattr__", node)
    if getter is not None:
        return call(frame, getter, [owner, Static(attr)], {}, node)
    return _absent(frame, cls.__name__ if cls is not None else str(content.cls), attr, node)


def _absent(frame: Frame, shown: str, attr: str, node: ast.AST) -> NoReturn:
    frame.raises(AttributeError, f"'{shown}' object has no attribute '{attr}'")
    frame.refuse(
        node, "SAD106", f"`{shown}` has no attribute `{attr}`",
        fix="an attribute that the class or its `__init__` gives every object",
    )  # fmt: skip


def _is_data_descriptor(found: Any) -> bool:
    """Whether what stands in a class body comes before the attributes of the object."""
    return hasattr(type(found), "__set__") or hasattr(type(found), "__delete__")


def _computed_once(
    frame: Frame, owner: Cell, found: functools.cached_property[Any], attr: str, node: ast.AST
) -> Binding:
    """`functools.cached_property`: an attribute of the object from its first use on."""
    result = call(frame, found.func, [owner], {}, node)
    content = frame.state.contents[owner]
    assert isinstance(content, Instance)
    if owner.owner == "local":
        write(frame, owner, Instance(content.cls, {**content.items, attr: result}), node)
    return result


def of_class(
    frame: Frame,
    found: Any,
    owner: Binding,
    cls: type,
    attr: str,
    node: ast.AST,
    holder: type | None = None,
) -> Binding:
    """What an attribute that stands in a class body is for an instance.

    Its data is read from `holder`, where that is not the class itself.
    """
    if isinstance(found, staticmethod):
        return Static(found.__func__)
    if isinstance(found, classmethod):
        return Applied(Static(found.__func__), (Static(cls),))
    if isinstance(found, FunctionType):
        return Applied(Static(found), (owner,))
    if isinstance(found, WrapperDescriptorType) and found in PLAIN:
        return Applied(Static(found), (owner,))
    if isinstance(found, property):
        if not isinstance(found.fget, FunctionType):
            _refuse_descriptor(frame, attr, node)
        return call(frame, found.fget, [owner], {}, node)
    if not hasattr(type(found), "__get__") or isinstance(found, GetSetDescriptorType):
        return frame.program.static_binding(frame, found, node, attr, holder or cls)
    getter = special_method(frame, type(found), "__get__", node)
    if getter is None or type(found).__module__ in STANDARD:
        _refuse_descriptor(frame, attr, node)
    descriptor = frame.program.static_binding(frame, found, node, attr, holder or cls)
    return call(frame, getter, [descriptor, owner, Static(cls)], {}, node)


# Whose descriptors are read as they are: `.value` of an enumeration, a cached property.
STANDARD = ("enum", "functools", "types")


def _refuse_descriptor(frame: Frame, attr: str, node: ast.AST) -> NoReturn:
    frame.refuse(
        node, "SAD106", f"`{attr}` is computed by a descriptor whose source cannot be read",
        fix="a property, or a method",
    )  # fmt: skip


def tuple_attribute(frame: Frame, owner: Items, attr: str, node: ast.AST) -> Binding | None:
    """A method or property of a class of named tuples, None where it has no such thing."""
    cls = owner.cls
    found = look_up(cls, attr) if isinstance(cls, type) else MISSING
    if found is MISSING or attr in ("index", "count", "_replace", "_asdict"):
        return None
    return of_class(frame, found, owner, cls, attr, node)


# super -------------------------------------------------------------------------------------------


def super_attribute(frame: Frame, owner: Super, attr: str, node: ast.AST) -> Binding:
    """`super().attr`, in a method of an object or of a class."""
    bound = owner.owner
    of_type = isinstance(bound, Static) and isinstance(bound.value, type)
    cls: type | None = static_value(bound) if of_type else object_class(frame, bound)
    after = owner.cls if cls is not None and owner.cls in cls.__mro__ else None
    found = MISSING if cls is None or after is None else look_up(cls, attr, after)
    if cls is None or found is MISSING:
        frame.refuse(node, "SAD106", f"`super()` has no attribute `{attr}`")
    if of_type and isinstance(found, FunctionType):
        return Static(found)
    order = cls.__mro__[cls.__mro__.index(after) + 1 :]
    holder = next(base for base in order if attr in vars(base))
    return of_class(frame, found, bound, cls, attr, node, holder)


def super_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`super()` inside a method, `super(Class, self)`."""
    if len(args) == 2 and isinstance(cls := static_value(args[0]), type):
        return Super(cls, args[1])
    cls = frame.source.own_class
    spec = frame.source.node.args
    first = [*spec.posonlyargs, *spec.args][:1]
    if args or not isinstance(cls, type) or not first:
        return frame.refuse(node, "SAD104", "this form of `super` is not supported")
    return Super(cls, frame.lookup(first[0].arg, node))


# Objects from outside ----------------------------------------------------------------------------


def static_object_attribute(
    frame: Frame, owner: Static, attr: str, node: ast.AST
) -> Binding | None:
    """A method or property of an object from outside; None where it is plain data."""
    value = owner.held
    if attr == "_make" and isinstance(value, type) and hasattr(value, "_fields"):
        return Applied(Static(prelude.made_of), (owner,))
    if isinstance(value, type) or inspect.ismodule(value) or inspect.isroutine(value):
        return None
    cls = object_class(frame, owner)
    hook = special_method(frame, cls, "__getattribute__", node)
    if hook is not None:
        _refuse_both(frame, cls, node)
        return call(frame, hook, [owner, Static(attr)], {}, node)
    return _of_static_object(frame, owner, cls, attr, node)


def _of_static_object(
    frame: Frame, owner: Static, cls: type | None, attr: str, node: ast.AST
) -> Binding | None:
    value = owner.held
    found = inspect.getattr_static(type(value), attr, MISSING)
    held = attr in _own_entries(value)
    if found is MISSING and not held:
        getter = special_method(frame, cls, "__getattr__", node)
        return None if getter is None else call(frame, getter, [owner, Static(attr)], {}, node)
    if found is MISSING or (held and not _is_data_descriptor(found)):
        return None
    if isinstance(found, FunctionType) and find(getattr(value, attr)) is not None:
        return Static(getattr(value, attr))
    if isinstance(found, FunctionType | staticmethod | classmethod | property):
        return of_class(frame, found, owner, type(value), attr, node)
    own = isinstance(getattr(type(found), "__get__", None), FunctionType)
    if cls is not None and own and type(found).__module__ not in STANDARD:
        return of_class(frame, found, owner, cls, attr, node)
    return None


def _own_entries(value: Any) -> dict[str, Any]:
    """The attributes of an object itself, whatever its class says of attributes."""
    try:
        found: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found


# Setting -----------------------------------------------------------------------------------------


def set_attribute(
    frame: Frame, owner: Cell, content: Instance, attr: str, value: Binding, node: ast.AST
) -> None:
    """`obj.attr = value`, by way of the class's `__setattr__` where it has one."""
    cls = class_of(content)
    if getattr(getattr(cls, "__dataclass_params__", None), "frozen", False):
        _refuse_write(frame, attr, node)
    hook = special_method(frame, cls, "__setattr__", node)
    if hook is not None:
        call(frame, hook, [owner, Static(attr), value], {}, node)
        return
    _set_plainly(frame, owner, content, attr, value, node)


def _set_plainly(
    frame: Frame, owner: Cell, content: Instance, attr: str, value: Binding, node: ast.AST
) -> None:
    """A data descriptor of the class, else an attribute of the object."""
    cls = class_of(content)
    if attr == "__class__":
        _set_class(frame, owner, content, static_value(value), node)
        return
    found = MISSING if cls is None else look_up(cls, attr)
    if isinstance(found, property):
        if not isinstance(found.fset, FunctionType):
            frame.raises(AttributeError, f"property '{attr}' has no setter")
            _refuse_write(frame, attr, node)
        call(frame, found.fset, [owner, value], {}, node)
        return
    setter = None if found is MISSING else special_method(frame, type(found), "__set__", node)
    if cls is not None and setter is not None:
        descriptor = frame.program.static_binding(frame, found, node, attr, cls)
        call(frame, setter, [descriptor, owner, value], {}, node)
        return
    slot = isinstance(found, MemberDescriptorType)
    if cls is not None and not slot and (_is_data_descriptor(found) or not has_dict(cls)):
        frame.raises(AttributeError, f"'{cls.__name__}' object has no attribute '{attr}'")
        _refuse_write(frame, attr, node)
    if owner.owner != "local":
        _refuse_write(frame, attr, node)
    if isinstance(content, Numbered):
        set_numbered_attribute(frame, content, attr, value, node)
        return
    write(frame, owner, Instance(content.cls, {**content.items, attr: value}), node)


def delete_attribute(frame: Frame, owner: Binding, attr: str, node: ast.AST) -> None:
    """`del obj.attr`, of what the object itself holds."""
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    cls = class_of(content) if isinstance(content, Instance) else None
    hooked = special_method(frame, cls, "__delattr__", node) is not None
    found = MISSING if cls is None else look_up(cls, attr)
    described = _is_data_descriptor(found) and not isinstance(found, MemberDescriptorType)
    frozen = getattr(getattr(cls, "__dataclass_params__", None), "frozen", False)
    if not isinstance(owner, Cell) or not isinstance(content, Instance) or owner.owner != "local":
        frame.refuse(node, "SAD101", f"`{attr}` of this object cannot be deleted",
                     fix="None as its value")  # fmt: skip
    if isinstance(found, property) and isinstance(found.fdel, FunctionType) and not hooked:
        call(frame, found.fdel, [owner], {}, node)
        return
    if hooked or described or frozen:
        frame.refuse(node, "SAD101", f"the class decides what deleting `{attr}` does",
                     fix="None as its value")  # fmt: skip
    if attr not in content.items:
        frame.raises(AttributeError, f"no attribute '{attr}'")
        frame.refuse(node, "SAD106", f"the object has no attribute `{attr}`")
    left = {name: part for name, part in content.items.items() if name != attr}
    write(frame, owner, Instance(content.cls, left), node)


def has_dict(cls: type) -> bool:
    """Whether instances of a class take any attribute, and not only those of `__slots__`."""
    return cls is SimpleNamespace or bool(cls.__dictoffset__)


def _set_class(frame: Frame, owner: Cell, content: Instance, new: Any, node: ast.AST) -> None:
    old = class_of(content)
    plain = isinstance(new, type) and old is not None and has_dict(old) and has_dict(new)
    same_layout = plain and old is not None and new.__basicsize__ == old.__basicsize__
    if owner.owner != "local" or not same_layout:
        _refuse_write(frame, "__class__", node)
    write(frame, owner, Instance(new, content.items), node)


def _refuse_write(frame: Frame, attr: str, node: ast.AST) -> NoReturn:
    frame.refuse(
        node,
        "SAD204",
        f"the attribute `{attr}` of this object cannot be written",
        "the object comes from outside, is frozen, or its class does not allow it",
        "the new value in a local variable",
    )


def answers(frame: Frame, owner: Binding, attr: str, node: ast.AST) -> bool:
    """Whether an object has an attribute, which its class may have to be asked for."""
    cls = instance_class(frame, owner)
    found = MISSING if cls is None else look_up(cls, attr)
    asked = any(special_method(frame, cls, name, node) for name in HOOKS)
    if not asked and not hasattr(type(found), "__get__"):
        return found is not MISSING or attr in ("__class__", "__dict__")
    if isinstance(found, FunctionType | classmethod | staticmethod):
        return True
    from sourcead.frontend.expressions import get_attribute

    region, before = Region(), frame.state
    frame.program.catching.append([AttributeError])
    try:
        with frame.branch(region, before.copy()):
            get_attribute(frame, owner, attr, node)
            now = frame.state.contents
            changed = any(now[cell] is not content for cell, content in before.contents.items())
    except Raises:
        return False
    finally:
        frame.program.catching.pop()
    raising = [op for op in region.walk() if op.attrs.get("exc") == "AttributeError"]
    if changed or any(op is not region.ops[-1] for op in raising):
        frame.refuse(
            node, "SAD108", f"whether the object has `{attr}` is not known here",
            "the class finds out when the program runs",
        )  # fmt: skip
    return not raising


HOOKS = ("__getattr__", "__getattribute__")


# Builtins ----------------------------------------------------------------------------------------


def _local_object(
    frame: Frame, args: Args, count: int, node: ast.AST
) -> tuple[Cell, Instance, str]:
    """The object and the name that a function such as `setattr` is called with."""
    owner, name = (*args, Static(None), Static(None))[:2]
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    attr = static_value(name)
    if len(args) != count or not isinstance(owner, Cell) or not isinstance(content, Instance):
        frame.refuse(node, "SAD105", "this is supported for objects that are made here only")
    if not isinstance(attr, str):
        frame.refuse(node, "SAD108", "the attribute's name must be known")
    return owner, content, attr


def setattr_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`setattr(obj, name, value)`."""
    owner, content, attr = _local_object(frame, args, 3, node)
    set_attribute(frame, owner, content, attr, args[2], node)
    return Static(None)


def _plain_setattr(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`object.__setattr__(self, name, value)`."""
    owner, content, attr = _local_object(frame, args, 3, node)
    _set_plainly(frame, owner, content, attr, args[2], node)
    return Static(None)


def _plain_getattribute(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`object.__getattribute__(self, name)`."""
    if isinstance(owner := args[0], Static) and isinstance(attr := static_value(args[1]), str):
        found = _of_static_object(frame, owner, object_class(frame, owner), attr, node)
        plain = object.__getattribute__(owner.value, attr) if found is None else None
        return found or frame.program.static_binding(frame, plain, node, attr, owner.value)
    owner, content, attr = _local_object(frame, args, 2, node)
    return _of_instance(frame, owner, content, attr, node)


def _plain_init(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`object.__init__(self)`."""
    return Static(None)


# What `object` does itself, called by its name or by way of `super()`.
PLAIN: dict[Any, Any] = {
    object.__setattr__: _plain_setattr,
    object.__getattribute__: _plain_getattribute,
    object.__init__: _plain_init,
}
ATTRIBUTES: dict[Any, Any] = {setattr: setattr_call, **PLAIN}
