"""What a `for` loop runs over: streams in lockstep, and the items made from their elements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType

from sourcead.frontend import prelude
from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Instance,
    Items,
    Iteration,
    Numbered,
    Static,
    View,
)
from sourcead.frontend.classes import class_of
from sourcead.frontend.conditions import elements
from sourcead.frontend.element_names import Places, moved, name_elements, name_values
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import element_type
from sourcead.frontend.memory import named, read
from sourcead.frontend.optional import present
from sourcead.frontend.places import is_followed
from sourcead.frontend.sets import set_of
from sourcead.frontend.subscripts import held_elements, read_item
from sourcead.ir.core import Value
from sourcead.ir.index import Ref
from sourcead.ir.types import RANGE, ArrayT, ListT, ScalarT, UnknownT

VIEWS = ("items", "keys", "values")
Get = Callable[[list[Value]], Binding]


@dataclass
class Stream:
    """Streams, what one turn yields, and (if there is one) the number of the turn.

    `equal`: all streams are known to be equally long.
    """

    values: list[Value]
    get: Get
    number: Callable[[list[Value]], Value] | None = None
    places: Places = None
    equal: bool = True


@dataclass
class Turn:
    """A loop over streams; `bind` binds the loop's target at the beginning of a turn."""

    streams: list[Value]
    get: Get
    places: Places = None
    equal: bool = False

    def binder(self, frame: Frame, node: ast.For) -> Callable[[list[Value]], None]:
        """What binds the target at the beginning of each turn."""

        def bind(items: list[Value]) -> None:
            name_elements(node.target, self.places, items)
            item = self.get(items)
            name_values(node.target, item)
            assign(frame, node.target, item)

        return bind


def streams_of(frame: Frame, binding: Binding, node: ast.For) -> Turn | list[Binding]:
    """How to loop over something: by streams, or element by element where they are known."""
    binding = frame.known(present(frame, binding), node)
    # A rule's loop over what is known is unrolled: transposition walks straight lines only.
    if frame.program.inlines_everything or _needs_unrolling(frame, binding, node):
        found = known_items(frame, binding, node)
        if found is not None:
            return found
    stream = make_stream(frame, binding, node.iter)
    return Turn(stream.values, stream.get, stream.places, stream.equal)


def _needs_unrolling(frame: Frame, binding: Binding, node: ast.For) -> bool:
    """Whether some elements are objects that no list of one type can hold."""
    if isinstance(binding, Iteration):
        if binding.kind == "range":
            return frame.program.inlines_everything
        return any(_needs_unrolling(frame, p, node) for p in binding.parts if _iterable(p))
    found = elements(frame, binding, node)
    if found is None:
        return False
    if not found or any(_selects_code(e) or _holds_objects(frame, e) for e in found):
        return True
    if element_type(frame, found, node) is None:
        return True
    if any(_changes_itself(frame, e, node) for e in found):
        return True
    return any(isinstance(e, Cell | View) for e in found) and _writes_target(node)


def _changes_itself(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    """Whether a method of an object, its constructor left out, assigns the object's attributes."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    as_it_is = isinstance(content, Instance) and not isinstance(content, Numbered)
    cls = class_of(content) if isinstance(content, Instance) and as_it_is else None
    for base in cls.__mro__ if cls is not None else ():
        for name, method in vars(base).items():
            written = isinstance(method, FunctionType) and method.__code__.co_filename != "<string>"
            if name.startswith("__") or not written:
                continue
            definition = frame.program.source(frame, method, node).node
            if stored_attributes(definition):
                return True
    return False


def stored_attributes(definition: ast.FunctionDef | ast.Lambda) -> list[ast.Attribute]:
    """Where a method assigns attributes of its first argument."""
    first = definition.args.args[0].arg if definition.args.args else ""
    return [
        n for n in ast.walk(definition)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name) and n.value.id == first
    ]  # fmt: skip


def _holds_objects(frame: Frame, binding: Binding) -> bool:
    """Whether an object has containers or other objects among its attributes."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    if not isinstance(content, Instance) or isinstance(content, Numbered):
        return False
    parts = content.items.values()
    held = [frame.state.contents.get(p) if isinstance(p, Cell) else p for p in parts]
    return not all(isinstance(p, Value | View) for p in held)


def _selects_code(item: Binding) -> bool:
    """Whether an element is, or has inside, a string, a function or the like."""
    inside = item.items if isinstance(item, Items) else ()
    return isinstance(item, Static) or any(map(_selects_code, inside))


def _iterable(binding: Binding) -> bool:
    return not (isinstance(binding, Value) and isinstance(binding.type, ScalarT))


def _writes_target(node: ast.For) -> bool:
    """Whether the body may change the elements in place."""
    targets = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    for inner in (n for stmt in node.body for n in ast.walk(stmt)):
        if isinstance(inner, ast.Subscript | ast.Attribute) and isinstance(inner.ctx, ast.Store):
            root: ast.expr = inner
            while isinstance(root, ast.Subscript | ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in targets:
                return True
        if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            if inner.target.id in targets:
                return True
    return False


def known_items(frame: Frame, binding: Binding, node: ast.AST) -> list[Binding] | None:
    """The items of a loop over containers of known structure; None where one is not."""
    if not isinstance(binding, Iteration) or binding.kind in VIEWS:
        found = elements(frame, binding, node)
        return _rows(frame, binding, node) if found is None else found
    if binding.kind == "range":
        return _known_range(frame, binding)
    if binding.kind in ("generator", "lazy"):
        return None
    if binding.kind == "enumerate":
        inner = known_items(frame, binding.parts[0], node)
        start = _known_int(binding.parts[1])
        if inner is None or start is None:
            return None
        return [Items((frame.const(start + k), item)) for k, item in enumerate(inner)]
    if binding.kind == "zip":
        return _known_zip(frame, binding, node)
    if binding.kind == "checkpointed":
        _checkpointed_stream(frame, binding, node)
    inner = known_items(frame, binding.parts[0], node)
    return None if inner is None else list(reversed(inner))


def _rows(frame: Frame, binding: Binding, node: ast.AST) -> list[Binding] | None:
    """The elements of an array whose length is known, where loops are written out."""
    if not frame.program.writing_out or not isinstance(binding, Cell | View | Value):
        return None
    t = read(frame, binding, node).type
    length = t.dims[0].symbol if isinstance(t, ArrayT) and t.dims else None
    if not isinstance(length, int):
        return None
    return [read_item(frame, binding, (k,), [], node) for k in range(length)]


def _known_zip(frame: Frame, binding: Iteration, node: ast.AST) -> list[Binding] | None:
    columns = [known_items(frame, p, node) for p in binding.parts]
    lengths = [len(c) for c in columns if c is not None]
    if not lengths:
        return None
    n = min(lengths)
    filled: list[list[Binding]] = []
    for column, part in zip(columns, binding.parts, strict=True):
        if column is None:
            column = _first_items(frame, part, n, binding.strict, node)
        if column is None and any(_selects_code(e) for c in columns for e in c or ()):
            column = _surely_as_many(frame, part, n, node)
        if column is None:
            return None
        filled.append(column)
    return [Items(tuple(row)) for row in zip(*filled, strict=False)]


def _surely_as_many(frame: Frame, part: Binding, n: int, node: ast.AST) -> list[Binding] | None:
    """The elements that meet the functions of a list in a `zip`: the program shall have them."""
    from sourcead.frontend.iteration_calls import length_of
    from sourcead.frontend.user_calls import inline_prelude

    if not isinstance(part, Cell | View | Value):
        return None
    message = f"zip() has {n} functions (or texts), and not an argument for each"
    args = [length_of(frame, part, node), frame.const(n), Static(message)]
    inline_prelude(frame, prelude.check_enough, args, node)
    return _first_items(frame, part, n, True, node)


def _first_items(
    frame: Frame, part: Binding, n: int, enough: bool, node: ast.AST
) -> list[Binding] | None:
    """The first elements of an array or a list whose length is known to be enough."""
    if not isinstance(part, Cell | View | Value):
        return None
    t = read(frame, part, node).type
    if isinstance(t, ArrayT):
        dims = t.dims or ()
        enough = bool(dims) and (enough or dims[0].symbol == n)
    if not enough or not isinstance(t, ArrayT | ListT):
        return None
    return [read_item(frame, part, (k,), [], node) for k in range(n)]


def _known_int(binding: Binding) -> int | None:
    from sourcead.frontend.statics import static_value

    value = static_value(binding)
    return value if type(value) is int else None


def _known_range(frame: Frame, binding: Iteration) -> list[Binding] | None:
    bounds = [_known_int(p) for p in binding.parts]
    if any(b is None for b in bounds):
        return None
    numbers = range(*[b for b in bounds if b is not None])
    return [frame.const(k) for k in numbers] if len(numbers) <= 64 else None


# Streams -----------------------------------------------------------------------------------


def make_stream(frame: Frame, binding: Binding, node: ast.AST) -> Stream:
    """The streams of an iterable."""
    if isinstance(binding, Iteration) and binding.kind in ("generator", "lazy"):
        frame.refuse(
            node, "SAD109", "a generator is taken from together with something else",
            "how far it gets depends on the other",
            "a list of what it yields: `list(...)`",
        )  # fmt: skip
    if isinstance(binding, Iteration) and binding.kind not in VIEWS:
        return STREAMS[binding.kind](frame, binding, node)
    if set_of(frame, binding) is not None:
        frame.refuse(
            node, "SAD109", "a loop over a set",
            "the order of its elements is not one that generated code can rely on",
            "a loop over `sorted(...)` of it",
        )  # fmt: skip
    if isinstance(binding, Static | Closure):
        _cannot(frame, node)
    found = elements(frame, binding, node)
    if found is not None:
        if element_type(frame, found, node) is None:
            _cannot(frame, node)
        values = [read(frame, item, node) for item in found]
        return _list_stream(frame, frame.op("list", values, attrs={"dynamic": True}), found)
    value = read(frame, binding, node)
    if is_followed(frame, binding):
        return _array_stream(frame, binding, value, node)
    if isinstance(value.type, ListT):
        return _list_stream(frame, value)
    if isinstance(value.type, ArrayT | UnknownT) and getattr(value.type, "dims", None) != ():
        return _array_stream(frame, binding, value, node)
    if value.type == RANGE:
        return Stream([value], lambda items: items[0], places=0)
    if isinstance(value.type, ScalarT):
        frame.raises(TypeError, "a number is not iterable")
    _cannot(frame, node)
    raise AssertionError


def _cannot(frame: Frame, node: ast.AST) -> None:
    frame.refuse(
        node,
        "SAD109",
        "a loop cannot run over this",
        "loops run over ranges, arrays, lists, tuples, and zip, enumerate, reversed of these",
        "loop over `range(...)` and take elements by their index",
    )


def _list_stream(frame: Frame, value: Value, known: Sequence[Binding] = ()) -> Stream:
    return Stream([value], lambda items: held_elements(frame, items[0], known), places=0)


def _array_stream(frame: Frame, binding: Binding, value: Value, node: ast.AST) -> Stream:
    """An array: its rows, by their number."""
    length = frame.extent(value, 0, "len")
    numbers = new_range(frame, frame.const(0), length, frame.const(1))
    held = named(frame, binding)

    def get(items: list[Value]) -> Binding:
        return read_item(frame, held, (Ref(0),), [items[0]], node)

    return Stream([numbers], get, lambda items: items[0])


def new_range(frame: Frame, start: Value, stop: Value, step: Value) -> Value:
    return frame.op("range", [start, stop, step], ("start", "stop", "step"))


def _range_stream(frame: Frame, binding: Iteration, node: ast.AST) -> Stream:
    start, stop, step = (read(frame, p, node) for p in binding.parts)
    simple = _known_int(start) == 0 and _known_int(step) == 1

    def number(items: list[Value]) -> Value:
        if simple:
            return items[0]
        return frame.op("floordiv", [frame.op("sub", [items[0], start]), step])

    return Stream([new_range(frame, start, stop, step)], lambda items: items[0], number)


def _zip_stream(frame: Frame, binding: Iteration, node: ast.AST) -> Stream:
    parts = [make_stream(frame, p, node) for p in binding.parts]
    values = [v for part in parts for v in part.values]

    def split(items: list[Value]) -> list[list[Value]]:
        found, at = [], 0
        for part in parts:
            found.append(items[at : at + len(part.values)])
            at += len(part.values)
        return found

    def get(items: list[Value]) -> Binding:
        return Items(tuple(p.get(own) for p, own in zip(parts, split(items), strict=True)))

    starts = [sum(len(p.values) for p in parts[:k]) for k in range(len(parts))]
    places = tuple(moved(p.places, at) for p, at in zip(parts, starts, strict=True))
    equal = binding.strict and all(p.equal for p in parts)
    counted = [k for k, part in enumerate(parts) if part.number is not None]
    if not counted:
        return Stream(values, get, places=places, equal=equal)
    number = parts[counted[0]].number

    def first_number(items: list[Value]) -> Value:
        assert number is not None
        return number(split(items)[counted[0]])

    return Stream(values, get, first_number, places, equal)


def _enumerate_stream(frame: Frame, binding: Iteration, node: ast.AST) -> Stream:
    inner = make_stream(frame, binding.parts[0], node)
    start = read(frame, binding.parts[1], node)
    number = inner.number
    if number is None:
        length = frame.extent(_forwards(inner.values[0]), 0, "len")
        count = new_range(frame, frame.const(0), length, frame.const(1))

        def get(items: list[Value]) -> Binding:
            return Items((frame.op("add", [items[0], start]), inner.get(items[1:])))

        places = (None, moved(inner.places, 1))
        equal = inner.equal
        return Stream([count, *inner.values], get, lambda items: items[0], places, equal)

    def numbered(items: list[Value]) -> Binding:
        return Items((frame.op("add", [number(items), start]), inner.get(items)))

    places = (None, inner.places)
    return Stream(inner.values, numbered, number, places, inner.equal)


def _forwards(stream: Value) -> Value:
    """What has a length: an iterator that runs backwards has none."""
    op = stream.op
    return op.operands[0] if op is not None and op.name == "reversed" else stream


def _reversed_stream(frame: Frame, binding: Iteration, node: ast.AST) -> Stream:
    inner = make_stream(frame, binding.parts[0], node)
    if len(inner.values) != 1:
        frame.refuse(node, "SAD109", "`reversed` of this is not supported")
    backwards = [frame.op("reversed", [v], ("x",), type=v.type) for v in inner.values]
    return Stream(backwards, inner.get, places=inner.places)


def _checkpointed_stream(frame: Frame, binding: Iteration, node: ast.AST) -> Stream:
    frame.refuse(
        node,
        "SAD109",
        "`checkpointed` is not all that this loop runs over",
        "a loop is run in reverse from snapshots as a whole",
        "`for ... in checkpointed(...)`, with `zip` or `enumerate` inside",
    )
    raise AssertionError


STREAMS: dict[str, Callable[[Frame, Iteration, ast.AST], Stream]] = {
    "range": _range_stream,
    "checkpointed": _checkpointed_stream,
    "zip": _zip_stream,
    "enumerate": _enumerate_stream,
    "reversed": _reversed_stream,
}
