"""Source in, SSA out: the shapes in which Python's control flow and writes arrive."""

from __future__ import annotations

import linecache
import re
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead.errors import Diagnostic, UnsupportedError
from sourcead.frontend.lower import lower
from sourcead.frontend.source import FunctionSource, source_of
from sourcead.ir.core import Op
from sourcead.ir.text import print_module
from sourcead.ir.types import FLOAT, INT, UNKNOWN, ArrayT, Dim, Type
from sourcead.ir.verify import verify_module

VECTOR = ArrayT("float64", (Dim("n", False),))
MATRIX = ArrayT("float64", (Dim("m", False), Dim("n", False)))


def ssa(function: Callable[..., Any], *types: Type) -> str:
    """The printed module without types, locations and dead literals."""
    module = lower(source_of(function), list(types))
    verify_module(module)
    text = re.sub(r" *# .*", "", print_module(module))
    text = re.sub(r": (\w+\[[^\]]*\]|[\w?]+)(?=[,)]| =)", "", text)
    lines = text.strip().splitlines()
    for line in list(lines):
        name = re.match(r" *(%[\w.]+) = ([-\d.]+|True|False)$", line)
        if name and sum(name[1] in other for other in lines) == 1:
            lines.remove(line)
    return "\n".join(lines)


def source_from_text(text: str, name: str) -> FunctionSource:
    """A function of a program that no checker could pass."""
    file = f"<{name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), names)
    return source_of(names[name])


def expect(function: Callable[..., Any], types: list[Type], text: str) -> None:
    assert ssa(function, *types) == textwrap.dedent(text).strip()


def early_return(x: float) -> float:
    if x < 0.0:
        return -x
    y = x * x
    return y + x


def test_rest_of_a_block_moves_into_the_branch_that_goes_on() -> None:
    expect(
        early_return,
        [FLOAT],
        """
        func @early_return(%x) {
          %v.0 = 0.0
          %v.1 = lt %x, %v.0
          %v.2 = if %v.1 {
            %v.3 = neg %x
            yield %v.3
          } else {
            %y = mul %x, %x
            %v.4 = add %y, %x
            yield %v.4
          }
          return %v.2
        }
        """,
    )


def guard(x: float) -> float:
    if x < 0.0:
        raise ValueError("negative")
    return x * x


def test_a_raising_branch_leaves_the_rest_in_line() -> None:
    text = ssa(guard, FLOAT)
    assert "raise %v.2, exc='ValueError'" in text
    assert text.splitlines()[-3] == "  %v.3 = mul %x, %x"


def first_above(x: Any, limit: float) -> Any:
    for item in x:
        if item > limit:
            return item * 2.0
    return limit


def test_a_return_in_a_loop_is_a_stop_flag_and_a_value() -> None:
    expect(
        first_above,
        [VECTOR, FLOAT],
        """
        func @first_above(%x, %limit) {
          %v.0 = dim %x, axis=0
          %v.1 = 0
          %v.2 = 1
          %v.3 = range %v.1, %v.0, %v.2
          %v.4 = False
          %v.5 = undef
          %v.6, %v.7 = for stop %v.10 in %v.3 carry(%v.8 = %v.4, %v.9 = %v.5) {
            %item = getitem %x[%v.10]
            %v.11 = gt %item, %limit
            %v.12, %v.13 = if %v.11 {
              %v.14 = 2.0
              %v.15 = mul %item, %v.14
              %v.16 = True
              yield %v.16, %v.15
            } else {
              %v.19 = False
              %v.22 = undef
              yield %v.19, %v.22
            }
            yield %v.12, %v.12, %v.13
          }
          %v.25 = if %v.6 {
            yield %v.7
          } else {
            yield %limit
          }
          return %v.25
        }
        """,
    )


def newton(x: float, n: int) -> float:
    for _turn in range(n):
        step = x * x - 2.0
        x = x - step
        if abs(step) < 1e-9:
            break
    return x


def test_break_at_the_end_yields_constants() -> None:
    text = ssa(newton, FLOAT, INT)
    assert "for stop %_turn in" in text
    assert "carry(%x.2 = %x)" in text or "carry(%x.1 = %x)" in text
    assert re.search(r"= True\n +yield %v\.\d+\n +\} else \{\n +%v\.\d+ = False", text)


def stencil(a: Any, steps: int) -> Any:
    a = a.copy()
    for _step in range(steps):
        a[1:-1] = 0.5 * (a[:-2] + a[2:])
    return a.sum()


def test_a_write_is_a_new_version_that_the_loop_carries() -> None:
    text = ssa(stencil, VECTOR, INT)
    assert re.search(r"for %_step in %v\.\d+ carry\(%a\.3 = %a\.1\) \{", text)
    assert "%a.4 = setitem %a.3[1:-1], " in text
    assert "yield %a.4" in text


def row_write(a: Any, v: float) -> Any:
    row = a[1]
    row[2] = v
    return a


def test_a_write_through_a_view_is_a_write_to_the_base() -> None:
    expect(
        row_write,
        [MATRIX, FLOAT],
        """
        func @row_write(%a, %v) {
          %row = getitem %a[1]
          %a.1 = setitem %a[1, 2], %v
          return %a.1
        }
        """,
    )


def fill(out: Any, v: float) -> None:
    for i in range(len(out)):
        out[i] = v * i


def filled(x: Any, v: float) -> Any:
    y = x.copy()
    fill(y, v)
    return y


def test_a_callee_returns_the_new_version_of_what_it_writes() -> None:
    module = lower(source_of(filled), [VECTOR, FLOAT])
    (call,) = [op for op in module.functions["filled"].body.ops if op.name == "call"]
    assert call.attrs["callee"] == "fill"
    assert len(call.results) == 1
    assert module.functions["filled"].body.yields == call.results


def twice(x: Any) -> Any:
    return filled(x, 1.0) + filled(x, 2.0) + filled(x * x, 3.0)


def test_a_callee_is_lowered_once_for_each_signature() -> None:
    assert sorted(lower(source_of(twice), [VECTOR]).functions) == ["fill", "filled", "twice"]


def by_axis(x: Any, axis: int | None = None, keep: bool = True) -> Any:
    if axis is None:
        return x
    if keep and x.ndim == 2:
        return np.sum(x, axis=axis, keepdims=True)
    return x


def selected(x: Any) -> Any:
    return by_axis(x, axis=1)


def test_static_conditions_select_code() -> None:
    text = ssa(selected, MATRIX)
    assert "if" not in text.replace("func", "")
    assert "np.sum %x, axis=1, keepdims=True" in text


def test_locations_hold_the_statement() -> None:
    module = lower(source_of(newton), [FLOAT, INT])
    ops = {op.name: op for op in module.functions["newton"].body.walk()}
    assert ops["mul"].loc.statement == "step = x * x - 2.0"
    assert ops["if"].loc.statement == "if abs(step) < 1e-9:"
    assert ops["for"].loc.statement == "for _turn in range(n):"


def typed_by_the_body(x: Any) -> Any:
    s = 0
    for i in range(3):
        s += x[i]
    return s


def test_carried_types_are_found_by_repeating_the_body() -> None:
    module = lower(source_of(typed_by_the_body), [VECTOR])
    (loop,) = [op for op in module.functions["typed_by_the_body"].body.ops if op.name == "for"]
    assert str(loop.results[0].type) == "?"
    assert getattr(loop.results[0].type, "kind", "") == "float"


def nested(x: Any) -> Any:
    s = 0
    for i in range(3):
        for j in range(3):
            for k in range(3):
                for m in range(3):
                    s += x[i] * j * k * m
    return s


def test_rounds_of_nested_loops_add(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Op] = []
    original = Op.__init__

    def counted(self: Op, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        original(self, *args, **kwargs)

    monkeypatch.setattr(Op, "__init__", counted)
    lower(source_of(nested), [VECTOR])
    assert sum(op.name == "getitem" for op in made) <= 12


BROKEN = """
def broken(x):
    y = np.summ(x)
    with open("log") as log:
        log.write("x")
    return y * missing
"""


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(UnsupportedError) as caught:
        lower(source_from_text(BROKEN, "broken"), [VECTOR])
    assert [d.code for d in caught.value.diagnostics] == ["SAD106", "SAD101", "SAD103"]
    first = caught.value.diagnostics[0]
    assert first.source_line[first.col : first.end_col] == "np.summ"


def unannotated(x: Any, y: Any) -> Any:
    total = x * 2.0
    total += y
    return total.sum()


def test_unknown_types_are_legal() -> None:
    assert "add %total, %y" in ssa(unannotated, UNKNOWN, UNKNOWN)


def test_a_diagnostic_is_rendered_with_a_caret() -> None:
    shown = str(
        Diagnostic("SAD104", "f.py", 3, 4, 11, "not known", "no source", "a rule", "    g = foo(x)")
    )
    assert shown.splitlines() == [
        "f.py:3:5: SAD104 not known",
        "  |",
        "3 |     g = foo(x)",
        "  |     ^^^^^^^",
        "why: no source",
        "write instead: a rule",
    ]
