"""Text that is made when the program runs: `str(x)`, `"...".format(x)`, `a + b`, `"..." % x`."""

from __future__ import annotations

import ast
import string
from typing import Any

from sourcead.frontend.bindings import Binding, Static
from sourcead.frontend.dunders import text_of
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import STR, StrT

Args = list[Binding]
Kwargs = dict[str, Binding]
Part = str | tuple[int, str, str]


def formatted(frame: Frame, parts: list[Part], values: list[Value]) -> Value:
    """The text of parts: literal text, or (position of a value, conversion, specification)."""
    args = tuple(f"x{k}" for k in range(len(values)))
    return frame.op("format", values, args, {"parts": tuple(parts)}, type=STR)


def str_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`str(x)`."""
    return _converted(frame, args, "", node) if args else Static("")


def repr_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`repr(x)`."""
    return _converted(frame, args, "r", node)


def _converted(frame: Frame, args: Args, conversion: str, node: ast.AST) -> Binding:
    known = static_value(args[0])
    if known is not MISSING:
        return Static(repr(known) if conversion else str(known))
    return formatted(frame, [(0, conversion, "")], [read(frame, args[0], node)])


def text_method(
    frame: Frame, text: str, method: str, args: Args, kwargs: Kwargs, node: ast.AST
) -> Binding:
    """A method of a string that is known."""
    known = [static_value(a) for a in args]
    named = {k: static_value(a) for k, a in kwargs.items()}
    if MISSING not in known and MISSING not in named.values():
        return Static(getattr(text, method)(*known, **named))
    if method == "join" and len(args) == 1 and not kwargs:
        return _joined(frame, text, args[0], node)
    if method != "format":
        frame.refuse(node, "SAD106", f"`.{method}()` of text with what is computed")
    parts: list[Part] = []
    values: list[Value] = []
    count = 0
    for literal, name, spec, conversion in string.Formatter().parse(text):
        if literal:
            parts.append(literal)
        if name is None:
            continue
        key, count = (name, count) if name else (str(count), count + 1)
        given = kwargs.get(key) if not key.isdigit() else dict(enumerate(args)).get(int(key))
        if given is None or "{" in (spec or ""):
            frame.refuse(node, "SAD102", "this format is not supported", fix="an f-string")
        shown = text_of(frame, given, conversion or "", spec or "", node)
        if shown is not given and isinstance(text := static_value(shown), str):
            parts.append(text)
            continue
        how = (conversion or "", spec or "") if shown is given else ("", "")
        parts.append((len(values), *how))
        values.append(read(frame, shown, node))
    return formatted(frame, parts, values)


def _joined(frame: Frame, text: str, pieces: Binding, node: ast.AST) -> Binding:
    """`text.join(pieces)`, where it is known which pieces there are."""
    from sourcead.frontend.conditions import elements

    items = elements(frame, pieces, node)
    if items is None or not all(_is_text(item) for item in items):
        frame.refuse(node, "SAD106", "`.join()` of pieces that are not known to be text")
    parts: list[Part] = []
    values: list[Value] = []
    for k, item in enumerate(items):
        parts += [text] * (k > 0)
        known = static_value(item)
        parts.append(known if isinstance(known, str) else (len(values), "", ""))
        values += [] if isinstance(known, str) else [read(frame, item, node)]
    if not values:
        return Static("".join(str(part) for part in parts))
    return formatted(frame, parts, values)


def text_operation(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.AST
) -> Binding | None:
    """`text + text`, `text % values`; None where the left side is no text."""
    if not _is_text(left):
        return None
    if name == "mod":
        return frame.op("mod", [read(frame, left, node), read(frame, right, node)], type=STR)
    if name == "add" and _is_text(right):
        return frame.op("add", [read(frame, left, node), read(frame, right, node)], type=STR)
    return None


def _is_text(binding: Binding) -> bool:
    if isinstance(binding, Static):
        return isinstance(binding.value, str)
    return isinstance(binding, Value) and isinstance(binding.type, StrT)


TEXT: dict[Any, Any] = {str: str_call, repr: repr_call}
