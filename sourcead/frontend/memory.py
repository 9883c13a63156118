"""Reading and writing cells and views: every write makes a new version of the base."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from typing import NoReturn

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    Conflict,
    Content,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    ListItems,
    Lost,
    Maybe,
    Method,
    Numbered,
    OrNone,
    Pending,
    Poison,
    SetItems,
    ShapeOf,
    Static,
    Store,
    Super,
    Unbound,
    View,
    class_reference,
)
from sourcead.frontend.choices import (
    EITHER,
    alternatives_of,
    found,
    if_chosen,
    versions,
    written_on_its_path,
)
from sourcead.frontend.columns import (
    Arrays,
    array_at,
    cover_part,
    has_number,
    number_array,
    numbers_arrays,
    place_made,
)
from sourcead.frontend.frame import MERGED, Frame, Poisoned
from sourcead.frontend.optional import present
from sourcead.frontend.places import check_places
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import plain
from sourcead.frontend.writable import check_elements, check_held, check_write
from sourcead.ir.classes import named_tuple_of_program
from sourcead.ir.constants import constant
from sourcead.ir.core import Value
from sourcead.ir.index import Ref
from sourcead.ir.types import (
    NONE,
    ArrayT,
    ListT,
    NumberedT,
    StructT,
    Type,
    UnknownT,
    can_be_key,
    rank_of,
)


def bind_value(
    frame: Frame,
    value: Value,
    hint: str = "",
    owner: str = "local",
    contiguous: bool = False,
    made: bool = True,
) -> Binding:
    """What a name is bound to when it is assigned a fresh value.

    `made`: it is not known to anybody else.
    """
    if isinstance(value.type, StructT):
        return bind_struct(frame, value, hint, owner, made)
    if isinstance(value.type, NumberedT):
        return bind_numbered(frame, value, hint)
    if value.type == NONE:
        return Static(None)
    if not is_mutable(value.type):
        return value
    cell = Cell(hint, owner, contiguous)
    if made and owner == "local" and numbers_arrays(frame) and isinstance(value.type, ArrayT):
        cell.made = place_made(frame, hint)
        if has_number(frame, cell):
            return number_array(frame, value)
    if isinstance(value.type, ListT) and owner == "local":
        # A part of another list, or what a function has put together.
        cell.shared = is_mutable(value.type.elem)
    frame.state.contents[cell] = value
    return cell


def named(frame: Frame, binding: Binding) -> Binding:
    """A binding that several places may share: what was just made becomes one object."""
    return bind_value(frame, binding) if isinstance(binding, Value) else binding


def bind_struct(frame: Frame, value: Value, hint: str, owner: str, made: bool = False) -> Binding:
    """A container of known structure becomes bindings for its elements."""
    t = value.type
    assert isinstance(t, StructT)
    parts: list[Binding] = []
    for key in t.keys:
        part = frame.op("field", [value], ("s",), {"key": key})
        parts.append(bind_value(frame, part, "", owner, made=made))
    if t.kind == "tuple":
        names = NAMED.get(value.op.name, ()) if value.op is not None else ()
        return Items(tuple(parts), names=names)
    named = named_tuple_of_program(t.cls)
    if named is not None:
        return Items(tuple(parts), names=tuple(map(str, t.keys)), cls=named)
    cell = Cell(hint, owner)
    content: Content
    if t.kind == "list":
        content = ListItems(tuple(parts))
    elif t.kind == "dict":
        content = DictItems(dict(zip(t.keys, parts, strict=True)))
    else:
        content = Instance(t.cls, {str(k): p for k, p in zip(t.keys, parts, strict=True)})
    frame.state.contents[cell] = content
    return cell


def bind_numbered(frame: Frame, number: Value, hint: str = "") -> Binding:
    """The object or the array with a number."""
    assert isinstance(number.type, NumberedT)
    if isinstance(number.type.cls, Arrays):
        return array_at(frame, number)
    return frame.new_cell(numbered_content(frame, number), hint)


def numbered_content(frame: Frame, number: Value) -> Numbered:
    """The content of an object: however many cells there are for it, its attributes are once."""
    assert isinstance(number.type, NumberedT)
    cls = number.type.cls
    assert isinstance(cls, type)

    def refuse() -> NoReturn:
        frame.refuse(
            frame.here,
            "SAD102",
            f"a use of an object of class `{cls.__name__}` that lists or objects hold",
            "of such objects only single attributes are followed",
            "its attributes by their names",
        )

    return Numbered(cls, number, refuse)


NAMED = {
    "np.linalg.slogdet": ("sign", "logabsdet"),
    "np.linalg.eigh": ("eigenvalues", "eigenvectors"),
    "np.linalg.eig": ("eigenvalues", "eigenvectors"),
    "np.linalg.qr": ("Q", "R"),
    "np.linalg.svd": ("U", "S", "Vh"),
}


def read_as_array(frame: Frame, binding: Binding, node: ast.AST) -> Value:
    """The value of an argument that NumPy makes an array of, which may be a range."""
    if not isinstance(binding, Iteration) or binding.kind != "range":
        return read(frame, binding, node)
    start, stop, step = (read(frame, part, node) for part in binding.parts)
    if constant(step) != 1:
        return frame.op("np.arange", [start, stop, step], ("start", "stop", "step"))
    if constant(start) != 0:
        return frame.op("np.arange", [start, stop], ("start", "stop"))
    return frame.op("np.arange", [stop], ("start",))


def read(frame: Frame, binding: Binding, node: ast.AST) -> Value:
    """The value of a binding as it is now."""
    match binding:
        case Value():
            return binding
        case Cell():
            return read_content(frame, frame.state.contents[binding], node)
        case View():
            return read_view(frame, binding, node)
        case Static():
            return _static(frame, binding, node)
        case Items(items=items, kind=kind):
            if kind != "tuple":
                frame.refuse(node, "SAD102", "a slice is only supported in a subscript")
            values = [read(frame, item, node) for item in items]
            if binding.cls is not None:
                attrs = {"keys": binding.names, "cls": class_reference(binding.cls)}
                return frame.op("object", values, attrs=attrs)
            return frame.op("tuple", values)
        case ShapeOf(array=array):
            return frame.op("shape", [array])
        case Unbound():
            return frame.op("undef")
        case Poison():
            raise Poisoned
        case Maybe():
            return read(frame, binding.binding, node)
        case OrNone():
            return read(frame, present(frame, binding), node)
        case Either():
            return read(frame, MERGED[0](frame, binding, node), node)
        case Conflict(what=what):
            frame.refuse(node, "SAD110", f"a value that {what}")
        case Method() | Closure() | Iteration() | Applied() | Super():
            frame.refuse(
                node,
                "SAD108",
                f"a {type(binding).__name__.lower()} cannot be stored or computed with",
                "it exists only while the function is compiled",
            )
    raise AssertionError(binding)


def check_keys(frame: Frame, keys: Iterable[Hashable], node: ast.AST) -> None:
    """Refuse a dict that would have to be made, or handed out, with keys that have no text."""
    if not all(map(can_be_key, keys)):
        frame.refuse(
            node,
            "SAD102",
            "a dict with such keys is used as a whole",
            "generated code has no text for keys that are members of an enum, types or functions",
            "texts or numbers as keys, such as `.name` of the members",
        )


def _static(frame: Frame, binding: Static, node: ast.AST) -> Value:
    value = plain(binding.value)
    if value is None or type(value) in LITERALS:
        return frame.const(value)
    if value is Ellipsis or not isinstance(value, tuple | list):
        frame.refuse(
            node,
            "SAD102",
            f"{_shown(value)} is used as a value",
            "functions, modules and types select code; they are no data",
        )
    return frame.op(type(value).__name__, [_static(frame, Static(v), node) for v in value])


LITERALS = (bool, int, float, complex, str)


def _shown(value: object) -> str:
    return f"`{getattr(value, '__name__', None) or repr(value)}`"


def read_content(frame: Frame, content: Content, node: ast.AST) -> Value:
    match content:
        case Value():
            return content
        case ListItems(items=items):
            return frame.op("list", [read(frame, item, node) for item in items])
        case DictItems(items=entries):
            keys = tuple(entries)
            check_keys(frame, keys, node)
            values = [read(frame, item, node) for item in entries.values()]
            return frame.op("dict", values, attrs={"keys": keys})
        case Numbered(number=number):
            return number
        case Instance(cls=cls, items=entries):
            values = [read(frame, item, node) for item in entries.values()]
            attrs = {"keys": tuple(entries), "cls": class_reference(cls)}
            return frame.op("object", values, attrs=attrs)
        case SetItems():
            frame.refuse(node, "SAD102", "a set is used as a value", fix="`sorted(...)` of it")
        case Pending():
            frame.refuse(
                node,
                "SAD108",
                "an iterator is computed with, or kept where only values can be",
                "its elements are made when something takes them",
                "a list of them: `list(...)`",
            )
        case Lost(what=what, fix=fix, code=code):
            frame.refuse(
                node,
                code,
                f"what is read here {what}",
                "what it holds depends on the path taken",
                fix,
            )
    raise AssertionError(content)


def read_view(frame: Frame, view: View, node: ast.AST) -> Value:
    """Read through the base's current version; once per version."""
    known = frame.state.reads.get(view)
    alternatives = alternatives_of(frame, view)
    if alternatives is not None:
        now = versions(frame, alternatives)
        if known is not None and known[0] == now:
            return known[1]
        value = found(frame, view, lambda item: read(frame, item, node))
        frame.state.reads[view] = (now, value)
        return value
    base = read(frame, view.base, node)
    if known is not None and known[0] is base:
        return known[1]
    if known is not None and may_be_number(view, known[1].type):
        frame.refuse(
            node,
            "SAD201",
            f"this is read after `{view.cell.hint or 'its array'}` was written",
            "it is a number that was copied or a part that has changed: its type is not known",
            f"the type of `{view.cell.hint or 'the array'}` in an annotation, or a `.copy()`",
        )
    step = view.step
    value = frame.op(
        step.name, [base, *step.operands], step.args, dict(step.attrs), style=step.style
    )
    frame.state.reads[view] = (base, value)
    return value


def may_be_number(view: View, t: Type) -> bool:
    """Whether what was taken out of something may be a number, which is no view of it."""
    step = view.step
    one = step.name == "getitem" and all(isinstance(e, int | Ref) for e in step.attrs["index"])
    return isinstance(t, UnknownT) or (one and isinstance(t, ArrayT) and t.dims is None)


# Writing -----------------------------------------------------------------------------------


def write(frame: Frame, place: Binding, new: Content, node: ast.AST, inside: bool = False) -> None:
    """Make `new` the content of a cell or of the part of it that a view leads to.

    `inside`: only what is in it changes, not where it is.
    """
    if isinstance(place, Cell):
        check_write(frame, place, node)
        if not inside:
            check_places(frame, place, new, node)
        hint = place.hint
        if isinstance(new, Value) and hint and not new.hint and new.op is not None:
            new.hint = hint
        frame.state.contents[place] = new
    elif isinstance(place, View):
        if not isinstance(new, Value):
            frame.refuse(node, "SAD204", "a list inside an array cannot be written")
        alternatives = alternatives_of(frame, place)
        if alternatives is not None:
            _write_chosen(frame, place, alternatives, new, node)
            return
        check_held(frame, place.cell, node)
        _check_elements(frame, place, node)
        cover_part(frame, place.base, new.type)
        write(frame, place.base, _put(frame, place, new, node), node, inside=True)
        base = read(frame, place.base, node)
        frame.state.reads[place] = (base, new)
    else:
        frame.refuse(
            node,
            "SAD204",
            "this value cannot be written",
            "it is not a variable, or it is immutable",
            "give the array a name first",
        )


def _write_chosen(
    frame: Frame, place: View, items: tuple[Binding, ...], new: Value, node: ast.AST
) -> None:
    """Write into the one of several objects that a view is; each of them once."""
    if place.step.name == EITHER:
        written_on_its_path(frame, place, items, lambda item: write(frame, item, new, node))
    else:
        for k, item in enumerate(items):
            old = read(frame, item, node)
            write(frame, item, if_chosen(frame, place, k, len(items), new, old), node)
    frame.state.reads[place] = (versions(frame, items), new)


RESHAPES = ("np.reshape", "np.ravel", "np.squeeze", "np.expand_dims", "np.atleast_1d",
            "np.atleast_2d", "np.atleast_3d")  # fmt: skip
SELF_INVERSE = ("np.swapaxes", "np.matrix_transpose", "np.flip", "np.fliplr", "np.flipud")


def _put(frame: Frame, view: View, new: Value, node: ast.AST) -> Value:
    """The base with the part that a step leads to replaced."""
    step = view.step
    base = read(frame, view.base, node)
    if step.name == "getitem":
        names = ("x", "v", *step.args[1:])
        return frame.op("setitem", [base, new, *step.operands], names, dict(step.attrs))
    if step.name == "field":
        return frame.op("set_field", [base, new], ("s", "v"), dict(step.attrs))
    if step.name in RESHAPES:
        shape = frame.op("shape", [base])
        order = {"order": "F"} if step.attrs.get("order") == "F" else {}
        return frame.op("np.reshape", [new, shape], ("a", "shape"), order)
    if step.name in SELF_INVERSE:
        return frame.op(step.name, [new, *step.operands], step.args, dict(step.attrs))
    if step.name == "np.moveaxis":
        swap = {"source": "destination", "destination": "source"}
        args = ("a", *(swap.get(name, name) for name in step.args[1:]))
        swapped = {swap.get(name, name): value for name, value in step.attrs.items()}
        return frame.op(step.name, [new, *step.operands], args, swapped)
    if step.name == "np.rollaxis" and (rank := rank_of(base.type)) is not None:
        given = dict(zip(step.args[1:], map(constant, step.operands), strict=True)) | step.attrs
        axis, start = given["axis"] % rank, given.get("start", 0)
        source = start - (axis < start)
        return frame.op("np.moveaxis", [new], ("a",), {"source": source, "destination": axis})
    if step.name == "np.rot90" and isinstance(step.attrs.get("k", 1), int) and not step.operands:
        back = {**step.attrs, "k": -step.attrs.get("k", 1)}
        return frame.op(step.name, [new], ("m",), back)
    if step.name in ("np.real", "np.imag"):
        other = frame.op({"np.real": "np.imag", "np.imag": "np.real"}[step.name], [base], ("val",))
        parts = [new, other] if step.name == "np.real" else [other, new]
        times_i = frame.op("mul", [frame.const(1j), parts[1]])
        return frame.op("add", [parts[0], times_i])
    if step.name == "np.transpose":
        axes = step.attrs.get("axes")
        if "axes" not in step.args and axes is None:
            return frame.op(step.name, [new], ("a",), style=step.style)
        if isinstance(axes, tuple) and all(isinstance(a, int) for a in axes):
            inverse = tuple(sorted(range(len(axes)), key=lambda k: axes[k] % len(axes)))
            return frame.op(step.name, [new], ("a",), {"axes": inverse})
    return frame.refuse(
        node,
        "SAD203",
        f"a write through `{step.name}` is not supported",
        fix="write to the array itself, or to a `.copy()`",
    )


def _check_elements(frame: Frame, place: View, node: ast.AST) -> None:
    """Refuse to write into an element of a list that something else may be known as."""
    t = read(frame, place.base, node).type
    if isinstance(t, ListT) and not isinstance(place.base, Store):
        check_elements(frame, place.cell, t, node)
