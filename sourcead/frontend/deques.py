"""`collections.deque`: a list with two ends, and perhaps a greatest length."""

from __future__ import annotations

import ast
import collections

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Deque, ListItems, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.list_methods import dynamic_method
from sourcead.frontend.memory import write
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline_prelude

Args = list[Binding]
Kwargs = dict[str, Binding]
# Steps that a rotation by a known number takes at most.
MOST_STEPS = 8


def deque_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`deque(items, maxlen)`."""
    given = dict(zip(("iterable", "maxlen"), args, strict=False)) | kwargs
    maxlen = static_value(given.get("maxlen", Static(None)))
    if len(args) > 2 or (maxlen is not None and not isinstance(maxlen, int)):
        frame.refuse(
            node, "SAD108", "the greatest length of a deque must be known", fix="a literal `maxlen`"
        )
    made = frame.new_list([])
    made.deque = Deque(maxlen)
    if "iterable" in given:
        deque_method(frame, made, "extend", [given["iterable"]], node)
    return made


def deque_method(frame: Frame, owner: Cell, name: str, args: Args, node: ast.AST) -> Binding:
    """Call a method of a deque."""
    match name, args:
        case "append", [item]:
            _list_method(frame, owner, "append", [item], node)
            return _shortened(frame, owner, frame.const(0), node)
        case "appendleft", [item]:
            _list_method(frame, owner, "insert", [frame.const(0), item], node)
            return _shortened(frame, owner, frame.const(-1), node)
        case "popleft", []:
            return _list_method(frame, owner, "pop", [frame.const(0)], node)
        case (("extend" | "extendleft"), [more]):
            one = "append" if name == "extend" else "appendleft"
            items = known_items(frame, more, node)
            if items is None:
                body = prelude.extend if name == "extend" else prelude.extend_left
                return inline_prelude(frame, body, [owner, more], node)
            for item in items:
                deque_method(frame, owner, one, [item], node)
            return Static(None)
        case "rotate", []:
            return deque_method(frame, owner, "rotate", [frame.const(1)], node)
        case "rotate", [steps]:
            return _rotate(frame, owner, steps, node)
        case "copy", []:
            copied = _list_method(frame, owner, "copy", [], node)
            if isinstance(copied, Cell):
                copied.deque = owner.deque
            return copied
        case (("pop" | "clear" | "reverse"), []):
            return _list_method(frame, owner, name, [], node)
    return frame.refuse(
        node, "SAD106", f"the deque method `.{name}()` is not supported here", fix="a list"
    )


def _list_method(frame: Frame, owner: Cell, name: str, args: Args, node: ast.AST) -> Binding:
    from sourcead.frontend.containers import list_method

    content = frame.state.contents[owner]
    if isinstance(content, ListItems):
        return list_method(frame, owner, list(content.items), name, args, node)
    return dynamic_method(frame, owner, content, name, args, node)


def _shortened(frame: Frame, owner: Cell, end: Binding, node: ast.AST) -> Binding:
    """What is too long loses the element at the other end."""
    limit = owner.deque.maxlen if owner.deque is not None else None
    content = frame.state.contents[owner]
    if limit is None:
        return Static(None)
    if isinstance(content, ListItems):
        kept = content.items[-limit:] if static_value(end) == 0 else content.items[:limit]
        write(frame, owner, ListItems(kept if limit else ()), node)
        return Static(None)
    return inline_prelude(frame, prelude.shorten, [owner, frame.const(limit), end], node)


def _rotate(frame: Frame, owner: Cell, steps: Binding, node: ast.AST) -> Binding:
    known = static_value(steps)
    if not isinstance(known, int):
        return inline_prelude(frame, prelude.rotate, [owner, steps], node)
    if abs(known) > MOST_STEPS:
        frame.refuse(node, "SAD105", "a rotation by many steps", fix="slices of a list")
    for _ in range(abs(known)):
        last = frame.const(-1 if known > 0 else 0)
        item = _list_method(frame, owner, "pop", [last], node)
        if known > 0:
            _list_method(frame, owner, "insert", [frame.const(0), item], node)
        else:
            _list_method(frame, owner, "append", [item], node)
    return Static(None)


DEQUES = {collections.deque: deque_call}
