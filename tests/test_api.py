"""The public face, as its users see it."""

from __future__ import annotations

import bdb
import inspect
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.checking import GradientMismatch
from sourcead.errors import DifferentiationError, UsageError
from sourcead.runtime.derivative import Derivative
from tests.standalone import load_alone

ROOT = Path(__file__).parent.parent
RATE = 0.5
TABLE = np.array([1.0, 2.0, 3.0])


def loss(w, x, n=2):
    """The sum of some powers."""
    return np.sum(RATE * (w * x) ** n)


def two_results(x, k, y):
    s = np.sin(x)
    return s * y, {"sum": np.sum(x * x) * k}


def test_grad_of_one_and_of_several() -> None:
    w, x = np.array([1.0, 2.0, 3.0]), np.array([0.5, 1.0, 2.0])
    np.testing.assert_allclose(sourcead.grad(loss)(w, x), w * x * x)
    np.testing.assert_allclose(sourcead.grad(loss, wrt="x")(w, x=x, n=2), w * w * x)
    both = sourcead.grad(loss, wrt=("x", 0))(w, x)
    assert isinstance(both, tuple)
    np.testing.assert_allclose(both[0], w * w * x)
    np.testing.assert_allclose(both[1], w * x * x)
    (one,) = sourcead.grad(loss, wrt=("w",))(w, x)
    np.testing.assert_allclose(one, w * x * x)


def test_value_and_grad() -> None:
    w, x = np.array([1.0, 2.0]), np.array([0.5, 1.0])
    value, bar = sourcead.value_and_grad(loss)(w, x)
    assert value == loss(w, x)
    np.testing.assert_allclose(bar, w * x * x)
    value, (bar,) = sourcead.value_and_grad(loss, wrt=("w",))(w, x)
    assert value == loss(w, x)


def test_decorators() -> None:
    @sourcead.grad
    def square(x):
        """Squared."""
        return x * x

    @sourcead.grad(wrt=("w", "b"))
    def line(x, w, b):
        return w * x + b

    @sourcead.value_and_grad()
    def cube(x):
        return x**3

    assert square(3.0) == 6.0
    assert square.__doc__ == "Squared."
    assert square.__wrapped__(3.0) == 9.0
    assert line(2.0, 3.0, 4.0) == (2.0, 1.0)
    assert cube(2.0) == (8.0, 12.0)


def test_the_value_of_a_global_is_that_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    g = sourcead.grad(loss)
    w = np.ones(2)
    np.testing.assert_allclose(g(w, w), 1.0)
    monkeypatch.setitem(globals(), "RATE", 2.0)
    np.testing.assert_allclose(g(w, w), 4.0)
    monkeypatch.setitem(globals(), "RATE", np.array([1.0, 10.0]))
    np.testing.assert_allclose(g(w, w), [2.0, 20.0])


def helper(x):
    return x * x


def calls_helper(x):
    return helper(x) + 1.0


def test_a_callee_that_is_defined_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    g = sourcead.grad(calls_helper)
    assert g(3.0) == 6.0
    monkeypatch.setitem(globals(), "helper", cubed)
    assert g(3.0) == 27.0
    monkeypatch.undo()
    assert g(3.0) == 6.0


def cubed(x):
    return x**3


def test_vjp() -> None:
    x, y = np.array([0.1, 0.2]), np.array([2.0, 3.0])
    out, pullback = sourcead.vjp(two_results, x, 3, y)
    want = two_results(x, 3, y)
    np.testing.assert_array_equal(out[0], want[0])
    assert out[1] == want[1]
    for seed in (1.0, 2.0):
        x_bar, k_bar, y_bar = pullback((np.array([seed, 0.0]), {"sum": 1.0}))
        np.testing.assert_allclose(x_bar, seed * np.array([1, 0]) * np.cos(x) * y + 6.0 * x)
        assert k_bar is None
        np.testing.assert_allclose(y_bar, [seed * np.sin(0.1), 0.0])


def test_vjp_results_share_no_memory() -> None:
    x, y = np.array([0.1, 0.2]), np.array([2.0, 3.0])
    _, pullback = sourcead.vjp(two_results, x, 3, y)
    seed = (np.ones(2), {"sum": 1.0})
    first, second = pullback(seed), pullback(seed)
    first[0][:] = 0.0
    np.testing.assert_allclose(second[0], np.cos(x) * y + 6.0 * x)
    np.testing.assert_array_equal(seed[0], 1.0)


def test_vjp_checks_the_cotangent() -> None:
    _, pullback = sourcead.vjp(two_results, np.ones(2), 3, np.ones(2))
    with pytest.raises(UsageError, match=r"cotangent\[0\] has shape \(3,\)"):
        pullback((np.ones(3), {"sum": 1.0}))
    with pytest.raises(UsageError, match="sequence of 2"):
        pullback(np.ones(2)[0])
    with pytest.raises(UsageError, match="keys"):
        pullback((np.ones(2), {"total": 1.0}))


def test_vjp_leaves_out_what_is_not_passed() -> None:
    def f(x, n=2):
        return x**n

    out, pullback = sourcead.vjp(f, 3.0)
    assert (out, pullback(1.0)) == (9.0, (6.0,))


def vector(x):
    return x * 2.0


def test_a_gradient_is_of_a_scalar() -> None:
    with pytest.raises(DifferentiationError, match="vjp") as caught:
        sourcead.grad(vector)(np.ones(3))
    assert caught.value.diagnostics[0].code == "SAD304"
    assert caught.value.diagnostics[0].source_line.strip() == "return x * 2.0"
    with pytest.raises(DifferentiationError, match="vjp"):
        sourcead.grad(two_results)(np.ones(3), 1, np.ones(3))


def along(x, axis, keep=(0, 1)):
    return np.sum(np.max(x, axis=axis) ** 2) * len(keep)


def test_an_integer_whose_value_decides_the_code() -> None:
    g = sourcead.grad(along)
    x = np.array([[1.0, 2.0], [4.0, 3.0]])
    np.testing.assert_allclose(g(x, 0), [[0.0, 0.0], [16.0, 12.0]])
    np.testing.assert_allclose(g(x, 1), [[0.0, 8.0], [16.0, 0.0]])
    np.testing.assert_allclose(g(x, 0), [[0.0, 0.0], [16.0, 12.0]])
    np.testing.assert_allclose(g(x, axis=-1), [[0.0, 8.0], [16.0, 0.0]])


def into(a, out):
    out[:] = a * a
    return np.sum(out)


def test_arguments_that_share_memory_with_a_written_one() -> None:
    a, out = np.ones(3), np.zeros(3)
    g = sourcead.grad(into)
    np.testing.assert_allclose(g(a, out), 2.0)
    np.testing.assert_array_equal(out, 0.0)
    with pytest.raises(UsageError, match="may share memory"):
        g(a, a)


def test_lambdas_on_one_line() -> None:
    both = [lambda y: sourcead.grad(lambda x: x * y)(y), lambda y: sourcead.grad(lambda x: -x)(y)]
    assert [f(3.0) for f in both] == [3.0, -1.0]


def cut(x):
    return np.floor(x) * 2.0


def test_a_cut_path_is_warned_about_where_it_is_called() -> None:
    with pytest.warns(sourcead.SourceadWarning) as caught:
        assert sourcead.grad(cut)(1.5) == 0.0
    assert caught[0].filename == __file__


def test_source_before_a_call_and_after() -> None:
    g = Derivative(loss, "grad", 0)
    w = np.ones(3)
    with pytest.raises(UsageError, match=r"sourcead\.source"):
        _ = g.source
    text = sourcead.source(g, w, x=w)
    g(w, w)
    assert g.source == text
    with pytest.raises(UsageError):
        sourcead.source(loss, w, w)


def test_source_stands_alone(tmp_path: Path) -> None:
    def f(x):
        return np.sum(TABLE * RATE * x**2)

    g = sourcead.grad(f)
    x = np.array([1.0, 2.0, 3.0])
    want = g(x)
    g.dump(tmp_path / "dumped.py")
    alone = load_alone(g.source, tmp_path / "alone.py", "f_grad")
    np.testing.assert_allclose(alone(x), want)
    assert (tmp_path / "dumped.py").read_text() == g.source


def failing(x):
    if x < 0.0:
        raise ValueError("negative")
    return x * x


def test_generated_lines_are_in_the_traceback() -> None:
    with pytest.raises(ValueError, match="negative") as caught:
        sourcead.grad(failing)(-1.0)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].filename.startswith("<sourcead failing_grad ")
    assert frames[-1].line == "raise ValueError('negative')"


def test_inspect_shows_the_generated_source() -> None:
    g = sourcead.grad(loss)
    g(np.ones(2), np.ones(2))
    assert inspect.getsource(g.generated).startswith("def loss_grad(w, x, n=2):")
    assert inspect.getsource(g).startswith("def loss(w, x, n=2):")


def test_debuggers_step_through_it() -> None:
    """A debugger stops in the generated source and finds its lines."""

    class Recorder(bdb.Bdb):
        lines: list[str]

        def user_line(self, frame: Any) -> None:
            if frame.f_code.co_filename.startswith("<sourcead loss_grad"):
                lines, first = inspect.getsourcelines(frame)
                self.lines.append(lines[frame.f_lineno - max(first, 1)])

    recorder = Recorder()
    recorder.lines = []
    g = sourcead.grad(loss)
    w = np.ones(2)
    g(w, w)
    recorder.runcall(g, w, w)
    assert any("return" in line for line in recorder.lines)


def test_check_grads() -> None:
    report = sourcead.check_grads(loss, (np.array([1.0, -2.0]), np.array([0.5, 1.0])))
    assert report.passed
    assert {entry.argument for entry in report.entries} == {"w", "x"}
    assert {entry.method for entry in report.entries} == {"complex step"}
    assert "complex step" in str(report)


def with_abs(x):
    return np.sum(np.abs(x) * x)


def test_check_grads_without_a_complex_step() -> None:
    report = sourcead.check_grads(with_abs, (np.array([1.0, -2.0]),))
    assert {entry.method for entry in report.entries} == {"central differences"}


def test_check_grads_finds_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    from sourcead.runtime import derivative

    right = derivative.Derivative.specialise

    def wrong(self: Any, arguments: Any) -> Any:
        made = right(self, arguments)
        call = made.call
        made.call = lambda args: tuple(2.0 * bar for bar in call(args))
        return made

    monkeypatch.setattr(derivative.Derivative, "specialise", wrong)
    with pytest.raises(GradientMismatch, match="<-- differs") as caught:
        sourcead.check_grads(loss, (np.ones(2), np.ones(2)), wrt="x")
    assert isinstance(caught.value, AssertionError)


def test_check_grads_does_not_change_its_arguments() -> None:
    def writes(x):
        x[0] = 2.0 * x[1]
        return np.sum(x * x)

    x = np.array([1.0, 2.0])
    sourcead.check_grads(writes, (x,))
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_import_is_light() -> None:
    heavy = ("astor", "black", "click", "platformdirs", "scipy", "sourcead.compiler")
    program = f"import sys, sourcead; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_what_is_public() -> None:
    assert set(sourcead.__all__) == {name for name in vars(sourcead) if name in sourcead.__all__}
    for name in sourcead.__all__:
        assert getattr(sourcead, name).__doc__


@pytest.mark.parametrize(
    "text", ["return " + " + ".join(["x"] * 600), "if x > 0" + " and x > 1" * 300 + ": return x"]
)
def test_what_is_nested_too_deeply_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.py"
    path.write_text(f"def f(x):\n    {text}\n    return x * x\n", encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    with pytest.raises(sourcead.UnsupportedError, match="the program is nested too deeply"):
        sourcead.grad(namespace["f"])(1.0)
