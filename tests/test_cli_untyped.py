"""Files that are written without types: the numbers of the decorator, or an error when they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import sourcead
from sourcead.cli import main
from tests.fuzz import load
from tests.standalone import load_alone

A, M = np.array([0.5, 1.5, -2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
V = np.array([1.0, 2.0, -0.5])
EDGE, Z = np.array([0.0, 4.0]), np.array([1 + 2j, -0.5 + 1j, 2 - 1j])
PAIR = (A, 2 * A)
NAMES = {"reverse": "f_grad", "forward": "f_jvp", "hvp": "f_hvp"}


def _written(folder: Path, body: str, mode: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The function and what the command line writes for it."""
    text = f"import numpy as np\n\n\ndef f(x):\n    {body}\n"
    f = load(text, folder / "program.py")
    arguments = [str(folder / "program.py"), "-f", "f", "--mode", mode]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return f, load_alone(result.stdout, folder / "out.py", NAMES[mode])


GRADIENTS: dict[str, tuple[str, list[Any]]] = {
    "unpacked": ("a, b = x\n    return np.sum(a * b)", [PAIR, list(PAIR), (2.0, 3.0), M]),
    "unpacked inside": ("a, (b, c) = x\n    return np.sum(a * b) + c", [(A, (A, 3.0))]),
    "elements": ("return np.sum(x[0] * x[1] + x[1])", [PAIR, list(PAIR), (2.0, 3.0), A]),
    "last element": ("return x[0] * x[-1]", [(2.0, 3.0), [2.0, 3.0], A]),
    "determinant": ("return np.linalg.det(x)", [M]),
    "series of a rule": ("return np.sum(np.sinc(x))", [A, EDGE]),
    "factors in a tuple": (
        "import scipy.linalg\n    c = scipy.linalg.cho_factor(x @ x.T)\n"
        "    return np.sum(scipy.linalg.cho_solve(c, x[0]))",
        [M],
    ),
    "root by its sign": (
        "import math\n    d = math.copysign(np.sqrt(x @ x), x[0])\n    return d * x[1]",
        [A, -A, np.array([2.0, 1.0])],
    ),
    "size of a number": (
        "import math\n    return math.fabs(x) * x",
        [2.0, -2.0, np.float64(-2.0), np.float64(0.5)],
    ),
    "new axis": ("return np.sum(x[None] * np.array([1.0, 2.0]))", [np.float64(0.7), np.array(0.7)]),
    "new axis last": ("return np.sum(x[..., None] * np.arange(3.0))", [np.float64(0.7), A]),
    "empty subscript": ("return np.sum(x[()] * 2.0)", [np.float64(0.7), np.array(0.7), A]),
    "square root chosen": ("return np.sum(np.where(x > 0, np.sqrt(x), 0.0))", [EDGE]),
    "quotient chosen": ("return np.sum(np.where(x == 0, 1.0, np.sin(x) / x))", [EDGE]),
    "logarithm chosen": ("return np.sum(np.where(x > 1, np.log(x), x))", [EDGE]),
    "root masked": (
        "r = np.sqrt(x)\n    return np.sum(r * (x > 0) + np.where(x > 0, r, 0))",
        [EDGE],
    ),
    "logarithm cut off": ("return np.sum(np.log(x)[1:])", [EDGE]),
    "root of what is cut off": ("return np.sum(np.sqrt(np.maximum(x - 1, 0)))", [EDGE]),
    "table": (
        "a = x * 1.0\n    for t in range(1, a.shape[0]):\n        for k in range(1, a.shape[1]):\n"
        "            a[t, k] = a[t - 1, k] * a[t, k - 1]\n    return np.sum(a)",
        [M],
    ),
    "table of rows": (
        "a = x + 0.0\n    for t in range(1, len(a)):\n        for k in range(len(a[t])):\n"
        "            a[t, k] = a[t - 1, k] * a[t, k]\n    return np.sum(a)",
        [M],
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name: str, tmp_path: Path) -> None:
    body, arguments = GRADIENTS[name]
    f, f_grad = _written(tmp_path, body, "reverse")
    for x in arguments:
        with np.errstate(all="ignore"):
            got, want = f_grad(x), sourcead.grad(f)(x)
        assert isinstance(got, tuple) is isinstance(x, tuple)
        for mine, theirs in zip(_leaves(got), _leaves(want), strict=True):
            assert np.shape(mine) == np.shape(theirs)
            np.testing.assert_allclose(mine, theirs)


def _leaves(x: Any) -> list[Any]:
    return [leaf for part in x for leaf in _leaves(part)] if isinstance(x, tuple | list) else [x]


LISTS = {
    "median": "return np.median(x) ** 2 + np.sum(np.concatenate([x, x]) ** 2)",
    "product": "return np.prod(x)",
    "variance": "return np.var(x)",
    "parts of a concatenation": "return np.sum(np.concatenate([x, x])[1:4] ** 2)",
    "elementwise": "return np.sum(np.sin(x))",
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_for_arrays(name: str, tmp_path: Path) -> None:
    f, f_grad = _written(tmp_path, LISTS[name], "reverse")
    np.testing.assert_allclose(f_grad(A.tolist()), sourcead.grad(f)(A))


IN_PLACE = {
    "neighbour": "a = x * 1.0\n    a[0] *= a[1]\n    return np.sum(a)",
    "two": "a = x * 1.0\n    a[0] *= a[1]\n    a[1] += a[0] * a[2]\n    return np.sum(a * a)",
    "loop": "a = x + 0.0\n    for k in (1, 2):\n        a[k] *= a[k - 1]\n    return np.sum(a * x)",
    "slices": "a = x.copy()\n    a[1:] *= a[1:] * x[1:]\n    a[:2] += a[1:]\n    return np.sum(a)",
    "branch": (
        "a = x * x\n    if a[0] > 0:\n        a[0] *= x[1]\n    else:\n        a[1] = 0.0\n"
        "    return np.sum(a)"
    ),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_writes_in_every_mode(name: str, tmp_path: Path) -> None:
    f, f_grad = _written(tmp_path, IN_PLACE[name], "reverse")
    gradient = sourcead.grad(f)(A)
    np.testing.assert_allclose(f_grad(A), gradient)
    _, f_jvp = _written(tmp_path, IN_PLACE[name], "forward")
    np.testing.assert_allclose(f_jvp(A, V)[1], gradient @ V)
    _, f_hvp = _written(tmp_path, IN_PLACE[name], "hvp")
    np.testing.assert_allclose(f_hvp(A, V), sourcead.hvp(f)(A, V))


NUMBERS = {
    "new axis": "y = x[None]\n    return np.sum(y * y * x)",
    "last axis": "t = np.sum(x * x, axis=-1)\n    return np.sum(t[..., None] * t[None] * t)",
    "carried": (
        "t = np.max(x, axis=-1)\n    for k in range(2):\n        t = t[None][0] * 0.7 * t\n"
        "    return np.sum(t)"
    ),
    "pair": "t = (np.sum(x**3, axis=0), x)\n    return np.sum(t[0][()] * t[1] * t[0])",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_subscripts_of_numbers_in_second_order(name: str, tmp_path: Path) -> None:
    f, f_hvp = _written(tmp_path, NUMBERS[name], "hvp")
    gradient, hvp = sourcead.grad(f), sourcead.hvp(f)
    for x in (np.float64(0.7), A):
        v = np.cos(x)
        slope = (gradient(x + 1e-5 * v) - gradient(x - 1e-5 * v)) / 2e-5
        np.testing.assert_allclose(f_hvp(x, v), hvp(x, v), rtol=1e-12)
        np.testing.assert_allclose(hvp(x, v), slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "body",
    [
        "from scipy.special import psi\n    return np.abs(np.sum(psi(x)))",
        "return np.sum(x * x)",
        "return np.sum(np.real(np.sign(x) * x))",
    ],
)
def test_complex_numbers_raise_where_the_rule_is_for_real_ones(body: str, tmp_path: Path) -> None:
    f, f_grad = _written(tmp_path, body, "reverse")
    np.testing.assert_allclose(f_grad(A), sourcead.grad(f)(A))
    with pytest.raises(TypeError, match=r"real numbers only|must return a scalar"):
        f_grad(Z)


@pytest.mark.parametrize("body", ["np.sum(np.abs(x) ** 2)", "np.sum(np.angle(x))"])
def test_real_functions_of_complex_numbers_have_real_tangents(body: str, tmp_path: Path) -> None:
    f, f_jvp = _written(tmp_path, f"return {body}", "forward")
    tangent = f_jvp(Z, V + 0.5j)[1]
    assert not np.iscomplexobj(tangent)
    np.testing.assert_allclose(tangent, sourcead.jvp(f, (Z,), (V + 0.5j,))[1])


def test_a_product_with_a_list_is_refused(tmp_path: Path) -> None:
    """An integer would repeat it."""
    path = tmp_path / "program.py"
    path.write_text("import numpy as np\n\n\ndef f(x):\n    return np.sum(x * [x[0], 2.0])\n")
    result = CliRunner().invoke(main, [str(path), "-f", "f"])
    assert result.exit_code == 1
    assert "an integer repeats the container" in result.stderr


def test_a_sum_adds_as_the_python_at_hand_does(tmp_path: Path) -> None:
    """Of a length that is not known, where the slope shows what was rounded off."""
    body = "return sum(v for v in [1e16, x, -5.0, -1e16] if v != -5.0) * x"
    f, written = _written(tmp_path, body, "reverse")
    assert written(1.25) == f(1.25) / 1.25 + 1.25


@pytest.mark.parametrize("stmt", ["a += x", "a *= x", "a -= 2.5 * x[0]", "a /= x"])
def test_in_place_an_array_keeps_its_dtype(stmt: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    text = f"import numpy as np\n\n\ndef f(a, x):\n    {stmt}\n    return np.sum(a * a)\n"
    f, x = load(text, path), np.array([0.3, 0.7, 1.1])
    result = CliRunner().invoke(main, [str(path), "-f", "f", "--wrt", "x", "--value"])
    assert result.exit_code == 0, result.output
    written = load_alone(result.stdout, tmp_path / "out.py", "f_value_and_grad")
    for dtype in (np.float32, np.float64):
        a = np.array([1.0, 2.0, 3.0], dtype)
        value, slope = written(a.copy(), x)
        assert value == f(a.copy(), x)
        np.testing.assert_allclose(slope, sourcead.grad(f, wrt="x")(a, x), rtol=1e-6)
    with pytest.raises(TypeError, match="cast"):  # NumPy refuses it, too
        written(np.array([1, 2, 3]), x)


STORES = {
    "argument": "n[1] = x[0] * 2.5\n    return n[1] * x[1] + n.sum()",
    "slice": "n[1:] += x[:-1]\n    return np.sum(n * x)",
    "view": "row = n[1:]\n    row[0] = x[0] * 2.5\n    return np.sum(n * x)",
    "like": "w = np.empty_like(n)\n    w[:] = x * 2.5\n    return np.sum(w * x)",
    "copy": "w = n.copy()\n    w[x > 0.5] = x[2]\n    return np.sum(w * x)",
    "loop": (
        "w = np.zeros_like(n)\n    for k in range(3):\n        w[k] = x[k] * 2.5\n"
        "    return np.sum(w * x)"
    ),
    "branch": (
        "w = np.zeros_like(n) if len(n) > 2 else n.copy()\n    w[0] = x[0] * 2.5\n"
        "    return np.sum(w * x)"
    ),
    "helper": (
        "def stored(w, k, v):\n        w[k] = v\n        return w\n"
        "    w = stored(stored(n * 1, 0, x[0]), 1, 2.5)\n    return np.sum(stored(n, 0, x[1]) * w)"
    ),
    "made by a helper": (
        "def alike(a):\n        return np.zeros_like(a)\n"
        "    w = alike(n)\n    w[0] = x[0] * 2.5\n    return np.sum(w * x)"
    ),
}


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("body", STORES.values(), ids=STORES)
def test_what_moves_is_stored_in_arrays_of_floats(body: str, mode: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    f = load(f"import numpy as np\n\n\ndef f(x, n):\n    {body}\n", path)
    result = CliRunner().invoke(main, [str(path), "-f", "f", "--wrt", "x", "--mode", mode])
    assert result.exit_code == 0, result.output
    written = load_alone(result.stdout, tmp_path / "out.py", NAMES[mode])
    x, n = np.array([0.3, 0.7, 1.1]), np.array([1.0, 2.0, 4.0])
    direction = () if mode == "reverse" else (np.array([1.0, -0.5, 2.0]),)
    slope = sourcead.grad(f, wrt="x")(x, n.copy())
    got = written(x, n, *direction)
    expected = slope if mode == "reverse" else slope @ direction[0]
    np.testing.assert_allclose(got if mode == "reverse" else got[1], expected, rtol=1e-12)
    with pytest.raises(TypeError, match="must be an array of floats"):
        written(x, n.astype(int), *direction)


@pytest.mark.parametrize("body", ["n[1] = 2.5", "n[0] = n[1] * 2", "n = x * n\n    n[0] = x[1]"])
def test_integers_stay_where_nothing_that_moves_is_stored(body: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    text = f"import numpy as np\n\n\ndef f(x, n):\n    {body}\n    return np.sum(n * x)\n"
    f, x, n = load(text, path), np.array([0.3, 0.7, 1.1]), np.array([1, 2, 4])
    result = CliRunner().invoke(main, [str(path), "-f", "f", "--wrt", "x"])
    written = load_alone(result.stdout, tmp_path / "out.py", "f_grad")
    np.testing.assert_allclose(written(x, n), sourcead.grad(f, wrt="x")(x, n), rtol=1e-12)
