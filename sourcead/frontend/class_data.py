"""Arrays and containers in the bodies of parsed classes: code reads them from the class."""

from __future__ import annotations

import ast
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from sourcead.frontend.constants_of_files import NotKnown, is_plain
from sourcead.frontend.parsed_module import NotEvaluated, ParsedClass
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef
from sourcead.ops.catalog import find

# What is no descriptor, whatever it holds.
_CONTAINERS = (list, tuple, dict, set, np.ndarray)
_DISPLAYS = (
    *(ast.Constant, ast.JoinedStr, ast.Compare, ast.List, ast.Tuple, ast.Set, ast.Dict),
    *(ast.ListComp, ast.SetComp, ast.DictComp),
)
# The statements of the classes that are made from their text.
_STATEMENTS: WeakKeyDictionary[type, ParsedClass] = WeakKeyDictionary()


def note_class(made: type, parsed: ParsedClass) -> None:
    """Note which statement a class is made from."""
    _STATEMENTS[made] = parsed


def shared_data(parsed: ParsedClass, node: ast.expr, value: Any, entries: dict[str, Any]) -> Any:
    """What is known of a number, an array or a container in a class body.

    Args:
        parsed: the class.
        node: the expression in its body.
        value: its value where it is made, `MISSING` where that is not known.
        entries: what the body has bound before.

    Returns:
        The value, or what stands for one that is read when the module runs; `MISSING` for what may
        be no data, but decide itself what an attribute is.
    """
    if not isinstance(value, _CONTAINERS) and not _is_data(parsed, node, entries):
        return MISSING
    groups = parsed.module.names.groups
    own = groups.of(parsed.node.name)
    others = [s.effects for s in parsed.module.steps if s.node is not parsed.node]
    written = any(own in map(groups.of, e.writes) for e in others)
    reshaped = any(own in map(groups.of, e.reshapes) for e in others)
    changed = reshaped if isinstance(value, np.ndarray) else written
    return value if isinstance(value, _CONTAINERS) and not changed else NotEvaluated(node.lineno)


def _is_data(parsed: ParsedClass, node: ast.expr, entries: dict[str, Any]) -> bool:
    """Whether an expression surely gives a number, an array or a container."""

    def is_data(inner: ast.expr) -> bool:
        return _is_data(parsed, inner, entries)

    match node:
        case ast.Name(id=name) if name in entries:
            found = entries[name]
            return isinstance(found, (*_CONTAINERS, NotKnown)) or is_plain(found)
        case ast.Name():
            return parsed.module.names.is_data(node)
        case ast.UnaryOp():
            return is_data(node.operand)
        case ast.BinOp():
            return is_data(node.left) and is_data(node.right)
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "sorted" | "tuple" as name)):
            return name not in entries and not parsed.module.names.definitions(name)
        case ast.Call():
            return find(parsed.module.names.library_object(node.func)) is not None
    return isinstance(node, _DISPLAYS)


def class_reference(cls: type, name: str, value: Any) -> GlobalRef | None:
    """Where generated code finds what a parsed class holds; None for what it writes out."""
    parsed = _STATEMENTS.get(cls)
    if parsed is None or is_plain(value):
        return None
    module = parsed.module
    owner = parsed.node.name
    if module.bindings.get(owner) is not parsed:
        return None
    return GlobalRef(module.module, f"{owner}.{name}", str(module.path))
