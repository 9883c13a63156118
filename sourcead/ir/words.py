"""Words for what operations compute, of which names for nameless values are made."""

from __future__ import annotations

import re
from collections.abc import Callable

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value

# Longer names than this say no more.
LONGEST = 18
WORDS = {
    "mul": "prod",
    "matmul": "prod",
    "add": "sum",
    "sub": "diff",
    "div": "ratio",
    "neg": "minus",
    "pow": "power",
    "np.matmul": "prod",
    "np.dot": "prod",
    "np.transpose": "transposed",
    "np.maximum": "larger",
    "np.minimum": "smaller",
    "np.where": "chosen",
    "np.sqrt": "root",
    "math.sqrt": "root",
    "gate": "kept",
    "unbroadcast": "summed",
    "np.zeros": "zeros",
    "np.zeros_like": "zeros",
    "zero": "zeros",
    "getitem": "part",
    "not": "not",
    "lt": "is_less",
    "le": "is_less",
    "gt": "is_greater",
    "ge": "is_greater",
    "eq": "is_equal",
    "ne": "differs",
    "if": "chosen",
    "tuple": "pair",
    "list": "items",
    "dict": "items",
    "np.arange": "positions",
    "range": "steps",
    "np.linalg.inv": "inverse",
    "np.linalg.solve": "solution",
}


MULTIPLES = {2: "twice", 0.5: "half"}


def multiple(op: Op, name_of: Callable[[Value], str]) -> str:
    """`twice_h`, `half_dt`, `r_squared`; "" for anything else."""
    if op.name not in ("mul", "div"):
        return ""
    x, y = op.operands
    if op.name == "div":
        return f"half_{name_of(x)}" if constant(y) == 2 and name_of(x) else ""
    if x is y:
        return f"{name_of(x)}_squared" if name_of(x) else ""
    for factor, other in ((x, y), (y, x)):
        number, name = constant(factor), name_of(other)
        if isinstance(number, int | float) and number in MULTIPLES and name:
            return f"{MULTIPLES[number]}_{name}"
    return ""


def field_name(op: Op, name_of: Callable[[Value], str]) -> str:
    """`w1` for `params["w1"]`, `mlp_w1` for `block["mlp"]["w1"]`, `norm_0` for `norm[0]`; or ""."""
    (struct,) = op.operands
    key = re.sub(r"\W+", "_", str(op.attrs["key"]))
    outer = name_of(struct)
    if not outer and struct.op is not None and struct.op.name == "field":
        outer = field_name(struct.op, name_of)
    elif isinstance(op.attrs["key"], str):
        outer = ""
    if not outer and not key.isidentifier():
        outer = "part"
    whole = f"{outer}_{key}" if outer else key
    name = whole if len(whole) < LONGEST or not key.isidentifier() else key
    return name if name.isidentifier() else ""


def spoken_name(value: Value) -> str:
    """What to call a value: its own name, or one made of its operand's; "" where there is none."""
    if value.hint or value.soft:
        return value.hint or value.soft
    op = value.op
    if op is not None and op.name == "field":
        return field_name(op, lambda v: v.hint or v.soft)
    if op is None or (op.name not in WORDS and "." not in op.name):
        return ""
    special = multiple(op, lambda v: v.hint or v.soft)
    if special and len(special) < LONGEST:
        return special
    word = WORDS.get(op.name, op.name.rpartition(".")[2])
    subject = next((v.hint or v.soft for v in op.operands if v.hint or v.soft), "")
    if not subject or len(subject) + len(word) >= LONGEST:
        return ""
    return f"{word}_{subject}" if "." in op.name else f"{subject}_{word}"
