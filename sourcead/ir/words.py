"""Words for what operations compute, of which names for nameless values are made."""

from __future__ import annotations

from sourcead.ir.core import Value

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
    "unbroadcast": "summed",
    "np.zeros": "zeros",
    "np.zeros_like": "zeros",
    "zero": "zeros",
    "getitem": "part",
    "field": "part",
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


def spoken_name(value: Value) -> str:
    """What to call a value: its own name, or one made of its operand's; "" where there is none."""
    if value.hint or value.soft:
        return value.hint or value.soft
    op = value.op
    if op is None or op.name not in WORDS:
        return ""
    word = WORDS[op.name]
    subject = next((v.hint or v.soft for v in op.operands if v.hint or v.soft), "")
    if not subject or len(subject) + len(word) >= LONGEST:
        return ""
    return f"{word}_{subject}" if op.name == "np.transpose" else f"{subject}_{word}"
