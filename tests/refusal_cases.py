"""Programs outside the subset, each with the text under which the caret must stand.

`f` is differentiated with respect to `x`: an array of three floats unless `args` says otherwise.
Each program is preceded by `import numpy as np`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

HEADER = "import numpy as np\n\n"


@dataclass(frozen=True)
class Refusal:
    """A program, what the caret underlines, and the arguments of the call."""

    name: str
    program: str
    under: str
    args: tuple[Any, ...] = (np.array([1.0, 2.0, 3.0]),)

    @property
    def source(self) -> str:
        """The text of the module."""
        return HEADER + self.program


MATRIX = (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),)

STATEMENTS = (
    Refusal(
        "global_write",
        """
calls = 0


def f(x):
    global calls
    calls = calls + 1
    return x.sum()
""",
        "global calls",
    ),
    Refusal(
        "with_block",
        """
def f(x):
    with open('log') as log:
        log.write('x')
    return x.sum()
""",
        "with",
    ),
    Refusal(
        "generator",
        """
def f(x):
    for v in x:
        yield v
""",
        "yield v",
    ),
    Refusal(
        "coroutine",
        """
async def f(x):
    return x.sum()
""",
        "async",
    ),
    Refusal(
        "class_inside",
        """
def f(x):
    class Point:
        value = 1.0
    return x.sum() * Point.value
""",
        "class Point",
    ),
    Refusal(
        "attribute_write",
        """
def f(x):
    x.shape = (3, 1)
    return x.sum()
""",
        "x.shape",
    ),
    Refusal(
        "no_result",
        """
def f(x):
    y = x.sum()
""",
        "def f",
    ),
)

EXPRESSIONS = (
    Refusal(
        "set_of_what_is_computed",
        """
def f(x):
    s = {x[0], x[1]}
    return x.sum() * len(s)
""",
        "{x[0], x[1]}",
    ),
    Refusal(
        "unknown_name",
        """
def f(x):
    return x.sum() * factor
""",
        "factor",
    ),
    Refusal(
        "misspelt",
        """
def f(x):
    return np.summ(x)
""",
        "np.summ",
    ),
    Refusal(
        "function_without_source",
        """
import zlib


def f(x):
    return x.sum() * zlib.crc32(b'x')
""",
        "zlib.crc32",
    ),
    Refusal(
        "evaluated_text",
        """
def f(x):
    return eval('x.sum()')
""",
        "eval",
    ),
    Refusal(
        "keyboard",
        """
def f(x):
    return x.sum() * float(input())
""",
        "input",
    ),
    Refusal(
        "unknown_keyword",
        """
def f(x):
    return np.sum(x, axes=0)
""",
        "np.sum(x, axes=0)",
    ),
    Refusal(
        "too_many_arguments",
        """
def g(x):
    return x.sum()


def f(x):
    return g(x, 2.0)
""",
        "g(x, 2.0)",
    ),
    Refusal(
        "missing_argument",
        """
def g(x, y):
    return x.sum() * y


def f(x):
    return g(x)
""",
        "g(x)",
    ),
    Refusal(
        "unknown_method",
        """
def f(x):
    return x.summarise()
""",
        "x.summarise",
    ),
    Refusal(
        "unknown_attribute",
        """
def f(x):
    return x.sum() * x.length
""",
        "x.length",
    ),
    Refusal(
        "loop_over_a_number",
        """
def f(x):
    s = 0.0
    for v in 3.0:
        s += v
    return s
""",
        "3.0",
    ),
    Refusal(
        "call_of_a_number",
        """
def f(x):
    y = x.sum()
    return y(2.0)
""",
        "y",
    ),
    Refusal(
        "endless_recursion",
        """
def f(x):
    return f(x) * 2.0
""",
        "f(x)",
    ),
    Refusal(
        "axis_from_data",
        """
def f(x):
    return np.sum(np.sum(x, axis=int(x[0, 0]) - 1))
""",
        "np.sum(x, axis=int(x[0, 0]) - 1)",
        MATRIX,
    ),
    Refusal(
        "number_or_text",
        """
def f(x):
    y = x.sum()
    if y > 0.0:
        y = 'positive'
    return y
""",
        "y",
    ),
)

WRITES = (
    Refusal(
        "write_to_a_global",
        """
TABLE = np.zeros(3)


def f(x):
    TABLE[0] = x[0]
    return np.sum(TABLE * x)
""",
        "TABLE[0]",
    ),
    Refusal(
        "write_to_a_global_by_callee",
        """
TABLE = np.zeros(3)


def fill(t, v):
    t[:] = v


def f(x):
    fill(TABLE, x)
    return np.sum(TABLE * x)
""",
        "t[:]",
    ),
    Refusal(
        "write_to_a_tuple",
        """
def f(x):
    t = (x, x)
    t[0] = x * 2.0
    return t[0].sum()
""",
        "t[0]",
    ),
    Refusal(
        "write_to_a_number",
        """
def f(x):
    y = x.sum()
    y[0] = 1.0
    return y
""",
        "y[0]",
    ),
    Refusal(
        "write_through_a_possible_copy",
        """
def f(x):
    a = x.copy()
    b = a.T.reshape(-1)
    b[0] = 2.0 * x[0, 1]
    return np.sum(a * a)
""",
        "b[0]",
        MATRIX,
    ),
    Refusal(
        "write_through_a_ravel_of_unknown_layout",
        """
def f(x):
    a = x * 2.0
    a.ravel()[0] = 3.0
    return np.sum(a * a)
""",
        "a.ravel()[0]",
        MATRIX,
    ),
    Refusal(
        "write_through_one_of_two",
        """
def f(x):
    a = x.copy()
    c = b = x * 2.0
    for v in x:
        c = a if v > 0.0 else c
    c[0] = 5.0
    return np.sum(a * b)
""",
        "c[0]",
    ),
    Refusal(
        "augmented_whole_or_part",
        """
def f(x):
    a = np.outer(x, x).T * 2.0
    view = a.reshape(-1)
    view += 1.0
    return np.sum(a * a)
""",
        "view",
    ),
)

DERIVATIVES = (
    Refusal(
        "vector_result",
        """
def f(x):
    return x * x
""",
        "x * x",
    ),
    Refusal(
        "integer_argument",
        """
def f(x):
    return x * x
""",
        "x",
        (3,),
    ),
    Refusal(
        "text_argument",
        """
def f(x):
    return 2.0
""",
        "x",
        ("three",),
    ),
    Refusal(
        "no_rule",
        """
import scipy.special as sp


def f(x):
    return sp.zetac(x[0]) + x[1]
""",
        "sp.zetac(x[0])",
    ),
)

CASES = (*STATEMENTS, *EXPRESSIONS, *WRITES, *DERIVATIVES)

SEVERAL = """
def f(x):
    y = np.summ(x)
    with open("log") as log:
        log.write("x")
    z = {x[0], 2.0}
    return x.sum() * missing
"""
