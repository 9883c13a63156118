"""What a function returns: values for the IR, and the structure that puts them together."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any

from sourcead.frontend.bindings import (
    UNBOUND,
    Applied,
    Binding,
    Cell,
    Closure,
    Content,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    Known,
    ListItems,
    Lost,
    Method,
    OrNone,
    Static,
    Super,
    View,
    class_reference,
)
from sourcead.frontend.frame import MERGED, Frame
from sourcead.frontend.memory import bind_value, check_keys, named, read
from sourcead.frontend.sharing import (
    is_mutable,
    kin,
    known_of,
    may_be_same,
    reachable_cells,
)
from sourcead.ir.classes import FROM_TEXT, ClassRef, named_tuple_of_program
from sourcead.ir.core import Value
from sourcead.ir.structure import Fixed, Leaf, Node, Structure
from sourcead.ir.types import ListT, Type


@dataclass
class Flat:
    """A flattened result. `aliases[k]` are the parameters that the k-th value may be, or share
    memory with, where `exact[k]` the one that it is; `known[k]` is `Cell.known` of it;
    `overlaps` are pairs of values that may share memory, and whether they are one object.
    `containers` says the same of the containers, outermost first; `twins` are pairs of containers
    that are, or may be, one object."""

    types: list[Type]
    structure: Structure | None
    aliases: list[tuple[int, ...]]
    exact: list[bool]
    known: list[Known] = field(default_factory=list)
    overlaps: list[tuple[int, int, bool]] = field(default_factory=list)
    containers: list[tuple[tuple[int, ...], bool]] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    twins: list[tuple[int, int, bool]] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    places: list[Binding] = field(default_factory=list)
    objects: list[Binding] = field(default_factory=list)
    code: dict[int, Closure] = field(default_factory=dict)

    def without_values(self) -> Flat:
        return replace(self, values=[], places=[], objects=[])


def flatten_result(frame: Frame, result: Binding, params: Sequence[Binding]) -> Flat:
    """Flatten what a body returns."""
    flat = Flat([], None, [], [])
    flat.structure = _flatten(frame, result, params, flat)
    flat.overlaps = _overlaps(flat.places)
    flat.twins = _overlaps(flat.objects)
    return flat


def _overlaps(places: Sequence[Binding]) -> list[tuple[int, int, bool]]:
    """Pairs that may share memory, and whether they are one object."""
    return [
        (i, j, first is second)
        for j, second in enumerate(places)
        for i, first in enumerate(places[:j])
        if _share(first, second)
    ]


def _share(first: Binding, second: Binding) -> bool:
    """Whether two results may share memory."""
    a, b = (p.cell if isinstance(p, View) else p for p in (first, second))
    if not isinstance(a, Cell) or not isinstance(b, Cell):
        return False
    return a is b or may_be_same(a, b)


def _flatten(frame: Frame, binding: Binding, params: Sequence[Binding], flat: Flat) -> Structure:
    node = frame.source.node
    match binding:
        case Either():
            return _flatten(frame, MERGED[0](frame, binding, node), params, flat)
        case Static(value=value):
            return Fixed(value)
        case Items(items=items, kind="tuple"):
            if binding.cls is not None:
                _add_container(frame, binding, params, flat)
            parts = tuple(_flatten(frame, item, params, flat) for item in items)
            if binding.cls is not None:
                return Node("object", binding.names, parts, class_reference(binding.cls))
            return Node("tuple", tuple(range(len(parts))), parts)
        case Cell():
            content = frame.state.contents[binding]
            if binding.deque is not None:
                _refuse_kind(frame, "deque", "list")
            if not isinstance(content, Value | Lost):
                _add_container(frame, binding, params, flat)
                return _container(frame, content, params, flat)
        case Closure() | Method() | Iteration() | Applied() | Super():
            frame.refuse(
                _last_return(node),
                "SAD108",
                "a function is returned, which cannot be a result",
                fix="call it inside the differentiated function",
            )
    value = read(frame, binding, node)
    flat.values.append(value)
    flat.types.append(value.type)
    aliases, exact = _alias(frame, binding, params)
    flat.aliases.append(aliases)
    flat.exact.append(exact)
    flat.known.append(known_of(frame, binding))
    flat.places.append(binding)
    return Leaf(len(flat.values) - 1)


def _add_container(
    frame: Frame, binding: Cell | Items, params: Sequence[Binding], flat: Flat
) -> None:
    """A container of the result, or a named tuple, which has no memory that is written."""
    flat.objects.append(binding)
    flat.containers.append(_alias(frame, binding, params))
    flat.held.append(isinstance(binding, Cell) and binding.held)


def may_be_none(result: Binding) -> bool:
    """Whether what is returned is, or has in it, something that is None on some paths."""
    if isinstance(result, Items):
        return any(map(may_be_none, result.items))
    return isinstance(result, OrNone)


def check_classes(frame: Frame, flat: Flat) -> None:
    """Classes of a file that is only parsed that cannot be a result: no code can make them."""
    parts: list[Any] = [flat.structure, *flat.types]
    while parts:
        part = parts.pop()
        cls = getattr(part, "cls", None)
        live = cls.live if isinstance(cls, ClassRef) and cls.live in FROM_TEXT else None
        if live is not None and (is_dataclass(live) or issubclass(live, tuple)):
            kind = "named tuple" if issubclass(live, tuple) else "data class"
            frame.refuse(
                _last_return(frame.source.node),
                "SAD101",
                f"an object of the {kind} `{live.__name__}` is returned",
                "the file is parsed and never executed: the code that is written has no such class",
                "its attributes, or call `sourcead.grad` in a program",
            )
        parts += part.children if isinstance(part, Node) else getattr(part, "types", ())
        parts += [part.elem] if isinstance(part, ListT) else []


def _refuse_kind(frame: Frame, kind: str, plain: str) -> None:
    frame.refuse(
        _last_return(frame.source.node),
        "SAD101",
        f"a `{kind}` is returned",
        f"what generated code returns is a `{plain}`",
        f"`{plain}(...)` of it",
    )


def _container(frame: Frame, content: Content, params: Sequence[Binding], flat: Flat) -> Structure:
    if isinstance(content, ListItems):
        parts = tuple(_flatten(frame, item, params, flat) for item in content.items)
        return Node("list", tuple(range(len(parts))), parts)
    assert isinstance(content, DictItems | Instance)
    if isinstance(content, DictItems) and content.missing is not None:
        _refuse_kind(frame, content.missing.kind, "dict")
    parts = tuple(_flatten(frame, item, params, flat) for item in content.items.values())
    if isinstance(content, Instance):
        return Node("object", tuple(content.items), parts, class_reference(content.cls))
    check_keys(frame, content.items, _last_return(frame.source.node))
    return Node("dict", tuple(content.items), parts)


def _alias(
    frame: Frame, binding: Binding, params: Sequence[Binding]
) -> tuple[tuple[int, ...], bool]:
    """The parameters in whose memory a result may be; whether it is one of them."""
    cell = binding.cell if isinstance(binding, View) else binding
    if not isinstance(cell, Cell):
        return (), False
    for k, param in enumerate(params):
        if binding is param:
            return (k,), True
    return tuple(
        k
        for k, param in enumerate(params)
        if any(cell is c or may_be_same(cell, c) for c in reachable_cells(frame, [param]))
    ), False


def _last_return(node: ast.FunctionDef | ast.Lambda) -> ast.AST:
    found = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
    return found[-1] if found else node


def rebuild_result(
    frame: Frame, flat: Flat, values: Sequence[Value], given: Sequence[Binding]
) -> Binding:
    """The binding of a call's result in the caller, which has given the parameters."""
    assert flat.structure is not None
    parts = [_leaf(frame, flat, k, values, given) for k in range(len(flat.types))]
    for i, j, one in flat.overlaps:
        parts[i], parts[j] = (_with_cell(frame, p) for p in (parts[i], parts[j]))
        if one and not flat.aliases[i]:
            parts[j] = parts[i]
        elif isinstance(first := parts[i], Cell) and isinstance(second := parts[j], Cell):
            if first is not second:
                first.doubts.add(second)
    rebuilding = _Rebuilding(frame, flat, parts, given)
    result = rebuilding.binding(flat.structure)
    rebuilding.doubt_twins()
    return result


def _with_cell(frame: Frame, part: Binding) -> Binding:
    return named(frame, part)


@dataclass
class _Rebuilding:
    """Puts a result together again: new containers, and those that the caller has."""

    frame: Frame
    flat: Flat
    leaves: Sequence[Binding]
    given: Sequence[Binding]
    made: list[Binding] = field(default_factory=list)

    def binding(self, structure: Structure) -> Binding:
        if isinstance(structure, Fixed):
            return Static(structure.value)
        if isinstance(structure, Leaf):
            return self.leaves[structure.index]
        if structure.kind == "tuple" or len(self.made) >= len(self.flat.containers):
            return container(self.frame, structure, self._parts(structure))
        k = len(self.made)
        self.made.append(UNBOUND)
        parts = self._parts(structure)
        own = self._known(k)
        self.made[k] = own or container(self.frame, structure, parts)
        if own is None and isinstance(new := self.made[k], Cell):
            new.held = self.flat.held[k]
        self._doubt(k)
        return self.made[k]

    def _parts(self, structure: Node) -> tuple[Binding, ...]:
        return tuple(self.binding(child) for child in structure.children)

    def _known(self, k: int) -> Binding | None:
        """The caller's own container, or one that stands further ahead in the result."""
        aliases, exact = self.flat.containers[k]
        if exact and isinstance(own := self.given[aliases[0]], Cell):
            return own
        same = [i for i, j, one in self.flat.twins if j == k and one]
        return self.made[same[0]] if same else None

    def doubt_twins(self) -> None:
        """Of which containers of the result two may be one, once all of them are made."""
        for i, j, one in self.flat.twins:
            first, second = self.made[i], self.made[j]
            if not one and isinstance(first, Cell) and isinstance(second, Cell):
                second.doubts.add(first)

    def _doubt(self, k: int) -> None:
        """What of the caller's the container may be the same as."""
        aliases, exact = self.flat.containers[k]
        mine = self.made[k]
        if not exact and isinstance(mine, Cell):
            _doubt_all(self.frame, mine, [self.given[alias] for alias in aliases])


def container(frame: Frame, node: Node, parts: tuple[Binding, ...]) -> Binding:
    """A new container of the node's kind."""
    if node.kind == "tuple":
        return Items(parts)
    named = named_tuple_of_program(node.cls)
    if named is not None:
        return Items(parts, names=tuple(map(str, node.keys)), cls=named)
    cell = Cell()
    if node.kind == "list":
        frame.state.contents[cell] = ListItems(parts)
    elif node.kind == "dict":
        frame.state.contents[cell] = DictItems(dict(zip(node.keys, parts, strict=True)))
    else:
        entries = {str(k): p for k, p in zip(node.keys, parts, strict=True)}
        frame.state.contents[cell] = Instance(node.cls, entries)
    return cell


def _leaf(
    frame: Frame,
    flat: Flat,
    index: int,
    values: Sequence[Value],
    given: Sequence[Binding],
) -> Binding:
    known = [given[alias] for alias in flat.aliases[index]]
    if flat.exact[index] and isinstance(known[0], Cell | View):
        return known[0]
    value = values[index]
    if not is_mutable(value.type):
        return value
    cell = bind_value(frame, value)
    assert isinstance(cell, Cell)
    _doubt_all(frame, cell, known)
    cell.known = flat.known[index]
    return cell


def _doubt_all(frame: Frame, mine: Cell, known: Sequence[Binding]) -> None:
    """An object may be any of others, or a part of one."""
    for cell in reachable_cells(frame, known):
        if cell is not mine:
            mine.doubts |= kin(cell, frame.state) - {mine}
