"""Programs outside the subset, each with the text under which the caret must stand.

`f` is differentiated with respect to `x`, which is an array of three floats unless `ARGS` says
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Refusal:
    """A module's text, what the caret underlines, and the arguments of the call."""

    name: str
    source: str
    under: str
    args: tuple[Any, ...] = (np.array([1.0, 2.0, 3.0]),)


MATRIX = (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),)

STATEMENTS = (
    Refusal(
        "global_write",
        "calls = 0\n\n\ndef f(x):\n    global calls\n    calls = calls + 1\n    return x.sum()\n",
        "global calls",
    ),
    Refusal(
        "try_except",
        "def f(x):\n    try:\n        y = x[0]\n    except IndexError:\n        y = 0.0\n"
        "    return y\n",
        "try",
    ),
    Refusal(
        "with_block",
        "def f(x):\n    with open('log') as log:\n        log.write('x')\n    return x.sum()\n",
        "with",
    ),
    Refusal("generator", "def f(x):\n    for v in x:\n        yield v\n", "yield v"),
    Refusal("coroutine", "async def f(x):\n    return x.sum()\n", "async"),
    Refusal("awaited", "async def f(x, g):\n    y = await g(x)\n    return y\n", "async"),
    Refusal(
        "class_inside",
        "def f(x):\n    class Point:\n        value = 1.0\n    return x.sum() * Point.value\n",
        "class Point",
    ),
    Refusal(
        "delete_element", "def f(x):\n    y = [x, x]\n    del y[0]\n    return y[0].sum()\n", "del"
    ),
    Refusal("attribute_write", "def f(x):\n    x.shape = (3, 1)\n    return x.sum()\n", "x.shape"),
    Refusal("no_result", "def f(x):\n    y = x.sum()\n", "def f"),
)

EXPRESSIONS = (
    Refusal(
        "set_display", "def f(x):\n    s = {1.0, 2.0}\n    return x.sum() * len(s)\n", "{1.0, 2.0}"
    ),
    Refusal("unknown_name", "def f(x):\n    return x.sum() * factor\n", "factor"),
    Refusal("misspelt", "import numpy as np\n\n\ndef f(x):\n    return np.summ(x)\n", "np.summ"),
    Refusal(
        "function_without_source",
        "import zlib\n\n\ndef f(x):\n    return x.sum() * zlib.crc32(b'x')\n",
        "zlib.crc32",
    ),
    Refusal("evaluated_text", "def f(x):\n    return eval('x.sum()')\n", "eval"),
    Refusal("keyboard", "def f(x):\n    return x.sum() * float(input())\n", "input"),
    Refusal(
        "unknown_keyword",
        "import numpy as np\n\n\ndef f(x):\n    return np.sum(x, axes=0)\n",
        "np.sum(x, axes=0)",
    ),
    Refusal(
        "too_many_arguments",
        "def g(x):\n    return x.sum()\n\n\ndef f(x):\n    return g(x, 2.0)\n",
        "g(x, 2.0)",
    ),
    Refusal(
        "missing_argument",
        "def g(x, y):\n    return x.sum() * y\n\n\ndef f(x):\n    return g(x)\n",
        "g(x)",
    ),
    Refusal("unknown_method", "def f(x):\n    return x.summarise()\n", "x.summarise"),
    Refusal("unknown_attribute", "def f(x):\n    return x.sum() * x.length\n", "x.length"),
    Refusal(
        "loop_over_a_number",
        "def f(x):\n    s = 0.0\n    for v in 3.0:\n        s += v\n    return s\n",
        "3.0",
    ),
    Refusal("call_of_a_number", "def f(x):\n    y = x.sum()\n    return y(2.0)\n", "y"),
    Refusal("endless_recursion", "def f(x):\n    return f(x) * 2.0\n", "f(x)"),
    Refusal(
        "axis_from_data",
        "import numpy as np\n\n\ndef f(x):\n    return np.sum(np.sum(x, axis=int(x[0, 0]) - 1))\n",
        "np.sum(x, axis=int(x[0, 0]) - 1)",
        MATRIX,
    ),
    Refusal(
        "number_or_text",
        "def f(x):\n    y = x.sum()\n    if y > 0.0:\n        y = 'positive'\n    return y\n",
        "if y > 0.0",
    ),
)

WRITES = (
    Refusal(
        "write_to_a_global",
        "import numpy as np\n\nTABLE = np.zeros(3)\n\n\ndef f(x):\n"
        "    TABLE[0] = x[0]\n    return np.sum(TABLE * x)\n",
        "TABLE[0]",
    ),
    Refusal(
        "write_to_a_global_by_callee",
        "import numpy as np\n\nTABLE = np.zeros(3)\n\n\ndef fill(t, v):\n    t[:] = v\n\n\n"
        "def f(x):\n    fill(TABLE, x)\n    return np.sum(TABLE * x)\n",
        "TABLE",
    ),
    Refusal(
        "write_to_a_tuple",
        "def f(x):\n    t = (x, x)\n    t[0] = x * 2.0\n    return t[0].sum()\n",
        "t[0]",
    ),
    Refusal(
        "write_to_a_number", "def f(x):\n    y = x.sum()\n    y[0] = 1.0\n    return y\n", "y[0]"
    ),
    Refusal(
        "write_through_a_possible_copy",
        "import numpy as np\n\n\ndef f(x):\n    a = x.copy()\n    b = a.T.reshape(-1)\n"
        "    b[0] = 2.0 * x[0, 1]\n    return np.sum(a * a)\n",
        "b[0]",
        MATRIX,
    ),
    Refusal(
        "write_through_one_of_two",
        "import numpy as np\n\n\ndef f(x):\n    a = x.copy()\n    b = x * 2.0\n"
        "    c = a if x[0] > 0.0 else b\n    c[0] = 5.0\n    return np.sum(a * b)\n",
        "c[0]",
    ),
    Refusal(
        "augmented_whole_or_part",
        "import numpy as np\n\n\ndef f(x):\n    a = x.copy()\n"
        "    view = a if x[0] > 0.0 else a[1:]\n    view += 1.0\n    return np.sum(a * a)\n",
        "view",
    ),
)

DERIVATIVES = (
    Refusal("vector_result", "def f(x):\n    return x * x\n", "return x * x"),
    Refusal("integer_argument", "def f(x):\n    return x * x\n", "x", (3,)),
    Refusal("text_argument", "def f(x):\n    return 2.0\n", "x", ("three",)),
    Refusal(
        "no_rule",
        "import scipy.special as sp\n\n\ndef f(x):\n    return sp.hyp2f1(0.5, x[0], 1.5, x[1])\n",
        "sp.hyp2f1(0.5, x[0], 1.5, x[1])",
    ),
)

CASES = (*STATEMENTS, *EXPRESSIONS, *WRITES, *DERIVATIVES)

SEVERAL = """import numpy as np


def f(x):
    y = np.summ(x)
    with open('log') as log:
        log.write('x')
    z = {1.0, 2.0}
    return y * missing
"""
