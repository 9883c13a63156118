"""Common subexpressions: a pure operation done twice on the same values is done once.

What has been checked is not checked again.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.types import ScalarT
from sourcead.ir.walk import substitute
from sourcead.ops.catalog import definition
from sourcead.transforms.costs import is_free, recomputable
from sourcead.transforms.facts import Facts

_COMMUTATIVE = ("add", "mul", "eq", "ne")
_NEVER = (
    "const",
    "if",
    "for",
    "while",
    "call",
    "global",
    "setitem",
    "setitem_add",
    "append",
    "insert",
    "extend",
    "concat",
    "truncate",
    "delete",
    "without_last",
    "undef",
    # Each is an object of its own, which may be written.
    "list",
    "repeat",
    "dict",
    "object",
    # An iterator runs out: each loop has its own.
    "reversed",
    "binomial_actions",
)

Seen = dict[Hashable, Value]


def merge_common_subexpressions(function: Function, facts: Facts) -> Function:
    """Replace each repeated pure operation by the first of its kind that is in scope."""
    _merge(function.body, {})
    return function


def _merge(region: Region, outer: Seen) -> None:
    seen = dict(outer)
    mapping: dict[Value, Value] = {}
    kept = []
    for op in region.ops:
        op.operands = [mapping.get(v, v) for v in op.operands]
        for inner in op.regions:
            substitute(inner, mapping)
            _merge(inner, seen)
        if op.name == "check":
            if ("check", op.operands[0]) in seen:
                continue
            seen["check", op.operands[0]] = op.operands[0]
        key = _key(op)
        if key is not None and key in seen:
            mapping[op.result] = _named(seen[key], op.result)
            _wait_for(seen[key].op, op)
            continue
        if key is not None:
            seen[key] = op.result
        kept.append(op)
    region.ops = kept
    region.yields = [mapping.get(v, v) for v in region.yields]


def read_again(region: Region, computed: Region) -> None:
    """Let a reversed body read what the forward body has computed from the same values.

    Args:
        region: the reversed body, which reads values of the forward body as if in scope.
        computed: the forward body.
    """
    seen: Seen = {}
    for op in computed.ops:
        key = _key(op) if not _is_trifle(op) else None
        if key is not None:
            seen.setdefault(key, op.result)
    _merge(region, seen)


def _is_trifle(op: Op) -> bool:
    """Views and arithmetic of numbers read best where they are used."""
    number = all(isinstance(r.type, ScalarT) for r in op.results)
    return is_free(op) or (number and recomputable(op))


def _wait_for(first: Op | None, again: Op) -> None:
    if first is not None:
        first.awaited |= again.awaited


def _named(first: Value, again: Value) -> Value:
    """The survivor keeps a user's name if either had one."""
    if not first.hint and again.hint:
        first.hint = again.hint
    return first


def _key(op: Op) -> Hashable | None:
    if op.name in _NEVER or len(op.results) != 1 or op.attrs.get("dynamic"):
        return None
    known = definition(op.name)
    if not known.pure or known.allocates:
        return None
    operands = [_identity(v) for v in op.operands]
    if op.name in _COMMUTATIVE:
        operands.sort()
    attrs = tuple((k, _frozen(v)) for k, v in sorted(op.attrs.items())) if op.attrs else ()
    return (
        op.name,
        tuple(operands),
        op.args,
        attrs,
        op.style if op.style.startswith("np.") else "",
    )


def _identity(value: Value) -> tuple[int, str]:
    """Literals are equal by value, everything else by definition."""
    literal = constant(value)
    return (value.id, "") if literal is MISSING else (-1, repr(_frozen(literal)))


def _frozen(value: Any) -> Hashable:
    """Equal numbers of different types, and 0.0 and -0.0, are different literals."""
    return (type(value).__name__, repr(value))
