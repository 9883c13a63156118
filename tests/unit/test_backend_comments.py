"""Comments over the sweeps and over groups of adjoint statements."""

from __future__ import annotations

from sourcead.backend import EmitOptions, emit
from sourcead.ir.core import Module, Value
from sourcead.ops.build import Builder
from tests.unit.ir_programs import VECTOR, from_statement, module_of, printed


def adjoint(order: str) -> Module:
    """Adjoint statements of the primal statements `a`, `b`, `c`, in the given order."""
    texts = {"a": "p = x * x", "b": "q = np.sin(p)", "c": "return np.sum(q)"}

    def build(b: Builder, x: Value) -> list[Value]:
        b.phase = "forward"
        value = b.op("np.sin", [x], hint="p")
        value = b.op("mul", [value, value], hint="q")
        b.phase = "reverse"
        for k, letter in enumerate(order):
            with from_statement(b, texts[letter]):
                value = b.op("mul", [value, x], hint=f"g{k}")
        return [value]

    return module_of("f", [("x", VECTOR)], build)


def lines(module: Module) -> list[str]:
    return [line.strip() for line in printed(module).split("\n")[1:-1]]


def test_each_group_is_headed_by_its_statement() -> None:
    assert lines(adjoint("cba")) == [
        "# forward",
        "p = np.sin(x)",
        "q = p * p",
        "# reverse",
        "# return np.sum(q)",
        "g0 = q * x",
        "# q = np.sin(p)",
        "g1 = g0 * x",
        "# p = x * x",
        "g2 = g1 * x",
    ]


def test_a_run_has_one_heading() -> None:
    comments = [line for line in lines(adjoint("ccbbb")) if line.startswith("#")]
    assert comments == ["# forward", "# reverse", "# return np.sum(q)", "# q = np.sin(p)"]


def test_interleaved_runs_share_a_heading() -> None:
    comments = [line for line in lines(adjoint("cbcba")) if line.startswith("#")]
    assert comments == [
        "# forward",
        "# reverse",
        "# return np.sum(q); q = np.sin(p)",
        "# p = x * x",
    ]


def test_a_primal_has_no_comments() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        with from_statement(b, "y = x * x"):
            return [b.op("mul", [x, x], hint="y")]

    assert "#" not in printed(module_of("f", [("x", VECTOR)], build))


def headed(text: str) -> list[str]:
    """The comments over an adjoint statement of a primal statement."""

    def build(b: Builder, x: Value) -> list[Value]:
        b.phase = "reverse"
        with from_statement(b, text):
            return [b.op("mul", [x, x], hint="y")]

    return [line for line in lines(module_of("f", [("x", VECTOR)], build))[1:] if "#" in line]


def test_long_statements_take_several_lines() -> None:
    comments = headed("y = (\n    x +\n" + "    x * x +\n" * 20 + "    x\n)")
    assert comments[0].startswith("# y = (x + x * x")
    assert all(line.startswith("#     ") for line in comments[1:])
    assert comments[-1].endswith(" x)")
    assert max(map(len, comments)) <= 96


def test_very_long_statements_are_cut() -> None:
    comments = headed("y = " + "x * x + " * 200 + "x")
    assert len(comments) == 6
    assert comments[-1].endswith(" ...")


def test_comments_can_be_left_out() -> None:
    assert "#" not in emit(adjoint("cba"), EmitOptions(comments=False)).text
