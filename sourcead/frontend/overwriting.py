"""`overwrite_a=True`: an array that a library function may work in.

What is in the array afterwards depends on its layout and on the routine that is called: it is lost.
Generated code leaves the array alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from sourcead.frontend.bindings import Binding, Lost
from sourcead.frontend.frame import Frame
from sourcead.frontend.outputs import Bound
from sourcead.frontend.sharing import memory_of
from sourcead.frontend.statics import static_value
from sourcead.frontend.writable import check_write
from sourcead.ir.constants import MISSING

PREFIX = "overwrite_"
LOST = "was given to a function that may overwrite it"


def given_away(frame: Frame, bound: Bound, node: ast.AST) -> list[Binding]:
    """Take such flags out of the arguments; the arrays that may be overwritten."""
    found = []
    for name in [name for name in bound if name.startswith(PREFIX)]:
        flag = static_value(bound.pop(name)[0])
        if flag is MISSING:
            frame.refuse(node, "SAD108", f"`{name}` must be known when the function is compiled",
                         "it decides who may read the array afterwards")  # fmt: skip
        array = name.removeprefix(PREFIX)
        if flag:
            found.append(bound[array if array in bound else next(iter(bound))][0])
    return found


def lose(frame: Frame, arrays: Iterable[Binding], node: ast.AST) -> None:
    """Nobody reads any more what has been given away."""
    for array in arrays:
        memory = memory_of(frame, array)
        for cell in memory:
            check_write(frame, cell, node)
        frame.state.contents.update(dict.fromkeys(memory, Lost(LOST, fix="a `.copy()` of it")))
