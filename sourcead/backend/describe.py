"""Names for what nobody named, from what it is: `exp_shifted`, `cos_z`, `n_rows`, `h_pre`."""

from __future__ import annotations

import re

from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT, ScalarT
from sourcead.ir.words import LONGEST, WORDS, field_name, multiple
from sourcead.ops.signatures_random import is_draw

# What is known by the name of what it is made from.
TRANSPARENT = ("np.transpose", "getitem", "neg", "copy", "reversed")


def describe(plan: Plan, value: Value) -> str:
    """A readable name for a value without one."""
    op = value.op
    if op is None:
        return _parameter_name(plan, value)
    if op.name in LOOPS and isinstance(value.type, ListT):
        return _tape_name(plan, Loop(op), value)
    if op.name == "call":
        callee = re.sub(r"_fwd(_\d+)?$", "", op.attrs["callee"])
        return f"{_short(callee, 'call')}_out"
    if op.name == "dim":
        return _dim_name(plan, op)
    if op.name == "if" and value in op.results:
        return _chosen_name(plan, op, op.results.index(value))
    if op.name == "copy":
        held = op.operands[0]
        name = constant_name(plan, held)
        return f"{name}_copy" if name and held not in plan.folded else describe(plan, held)
    if op.name == "getitem":
        return _element_name(plan, op)
    if op.name == "field":
        return _field_name(plan, op)
    if is_draw(op.name):
        return "draw"
    word = WORDS.get(op.name, op.name.rpartition(".")[2])
    operand = next((v for v in op.operands if constant_name(plan, v)), None)
    subject = constant_name(plan, operand) if operand is not None else ""
    if subject and "." in op.name and len(word) + len(subject) < LONGEST:
        return f"{word}_{subject}"
    special = multiple(op, lambda v: constant_name(plan, v))
    if special and len(special) < LONGEST:
        return special
    named_for = _statement_target(op)
    if named_for and op.phase not in ("reverse", "tangent") and not _speaks_for_itself(plan, op):
        return f"{named_for}_pre"
    if subject and len(word) + len(subject) < LONGEST:
        return (
            f"{subject}_{word}"
            if op.name in ("add", "sub", "mul", "div", "matmul", "gate")
            else f"{word}_{subject}"
        )
    return word


def _speaks_for_itself(plan: Plan, op: Op) -> bool:
    """Whether a number is better named after what it is made of: `2 * n`, but not `a @ b`."""
    if not isinstance(op.results[0].type, ScalarT) or op.name not in ("add", "sub", "mul", "div"):
        return False
    first = next((v for v in op.operands if constant(v) is MISSING), None)
    return first is not None and bool(constant_name(plan, first))


def _tape_name(plan: Plan, loop: Loop, tape: Value) -> str:
    """A tape is named after what it holds; a tape of tapes in the plural."""
    if tape not in loop.tapes:
        return "items"
    held = loop.collected[loop.tapes.index(tape)]
    name = plan.names.get(held) or constant_name(plan, held) or describe(plan, held)
    return f"{name}s" if name.endswith("_tape") else f"{name}_tape"


def item_name(plan: Plan, value: Value) -> str:
    """The name of an item of a tape, after the tape; "" for any other value."""
    tape = _stream_of(plan, value)
    match = None
    if tape is not None:
        match = re.fullmatch(r"(.+)_tape(s?)(_\d+)?", _known(plan, tape))
    if match is None:
        return ""
    held, plural, number = match.groups("")
    return f"{held}{number}" if not plural else f"{held}_tape{number}"


def _known(plan: Plan, tape: Value) -> str:
    """The variable of a list that may be read backwards."""
    while tape in plan.folded and tape.op is not None and tape.op.name == "reversed":
        tape = tape.op.operands[0]
    return plan.names.get(tape) or constant_name(plan, tape)


def _parameter_name(plan: Plan, value: Value) -> str:
    """An item of a tape is named after the tape, any other after its kind."""
    name = item_name(plan, value)
    if name:
        return name
    if isinstance(value.type, ScalarT) and value.type.kind == "int":
        return "i"
    return "item" if isinstance(value.type, ArrayT | ListT) else "value"


def _stream_of(plan: Plan, item: Value) -> Value | None:
    for op in plan.function.body.walk():
        if op.name == "for" and item in op.regions[0].params:
            loop = Loop(op)
            return loop.streams[loop.items.index(item)] if item in loop.items else None
    return None


def constant_name(plan: Plan, value: Value) -> str:
    """The name under which a value is known to the reader, "" if it has none."""
    if value.hint or value.soft:
        return value.hint or value.soft
    if value in plan.names:
        return plan.names[value]
    op = value.op
    if op is not None and op.name in TRANSPARENT and value in plan.folded:
        return constant_name(plan, op.operands[0])
    return ""


def _chosen_name(plan: Plan, op: Op, position: int) -> str:
    """What branches choose from is named after the first value that has a name or a meaning."""
    for inner in op.regions:
        value = inner.yields[position]
        if value.op is not None and value.op.name not in ("const", "undef", "if"):
            return constant_name(plan, value) or describe(plan, value)
    return WORDS["if"]


def _dim_name(plan: Plan, op: Op) -> str:
    axis = constant(op.operands[1]) if len(op.operands) > 1 else op.attrs.get("axis")
    subject = constant_name(plan, op.operands[0])
    kind = {0: "n_rows", 1: "n_cols"}.get(axis, "n") if isinstance(axis, int) else "n"
    if op.style == "len":
        kind = "n"
    return f"{kind}_{subject}" if subject and len(subject) < 10 and kind == "n" else kind


def _element_name(plan: Plan, op: Op) -> str:
    subject = constant_name(plan, op.operands[0])
    index = [constant_name(plan, v) for v in op.operands[1:]]
    entry = op.attrs["index"][0] if len(op.attrs["index"]) == 1 else None
    if subject and isinstance(entry, int) and entry >= -1:
        return f"{subject}_{entry}" if entry >= 0 else f"{subject}_last"
    if subject and len(index) == 1 and len(op.attrs["index"]) == 1 and 0 < len(index[0]) <= 3:
        return f"{subject}_{index[0]}"
    return f"{subject}_part" if subject else "part"


def _field_name(plan: Plan, op: Op) -> str:
    name = field_name(op, lambda v: constant_name(plan, v) if v.op is None or v.hint else "")
    return name or "part"


def _statement_target(op: Op) -> str:
    """The variable that the statement assigns in which the operation stands."""
    left, equals, right = op.loc.statement.partition("=")
    name = left.strip()
    return name if equals and not right.startswith("=") and name.isidentifier() else ""


def _short(name: str, instead: str) -> str:
    return name if len(name) <= LONGEST else instead
