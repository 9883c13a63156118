"""`sourcead FILE.py --mode ...`: each kind of derivative as a module of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sourcead.cli import main
from tests.standalone import load_alone

PROGRAM = """\
import numpy as np
import sourcead


def rough(x, scale: float = 1.5):
    return scale * np.sum((x[1:] - x[:-1] ** 2) ** 2)


def wave(x):
    return np.sin(x) * x[0]


def penalty(x):
    g = sourcead.grad(rough)(x, 2.0)
    return g @ g
"""
TYPES = "x: float64[n]"
X = np.array([0.3, -0.5, 1.2])


def _written(tmp_path: Path, function: str, mode: str, *more: str) -> Path:
    source, out = tmp_path / "program.py", tmp_path / "out.py"
    source.write_text(PROGRAM)
    arguments = [str(source), "-f", function, "--types", TYPES, "-o", str(out), "--mode", mode]
    result = CliRunner().invoke(main, [*arguments, *more])
    assert result.exit_code == 0, result.output
    assert "import sourcead" not in out.read_text()
    return out


def rough(x: np.ndarray, scale: float = 1.5) -> float:
    return float(scale * np.sum((x[1:] - x[:-1] ** 2) ** 2))


def _gradient(x: np.ndarray) -> np.ndarray:
    steps = 1e-6 * np.eye(3)
    return np.array([(rough(x + s) - rough(x - s)) / 2e-6 for s in steps])


def test_reverse_and_forward(tmp_path: Path) -> None:
    grad = load_alone(
        _written(tmp_path, "rough", "reverse").read_text(), tmp_path / "a.py", "rough_grad"
    )
    np.testing.assert_allclose(grad(X), _gradient(X), rtol=1e-6)
    text = _written(tmp_path, "rough", "forward").read_text()
    assert "def rough_jvp(x, x_dot, scale=1.5):" in text
    jvp = load_alone(text, tmp_path / "b.py", "rough_jvp")
    value, moved = jvp(X, np.ones(3))
    assert value == rough(X)
    assert moved == pytest.approx(np.sum(grad(X)))


def test_second_order(tmp_path: Path) -> None:
    text = _written(tmp_path, "rough", "hessian").read_text()
    hessian = load_alone(text, tmp_path / "a.py", "rough_hessian")
    text = _written(tmp_path, "rough", "hvp").read_text()
    hvp = load_alone(text, tmp_path / "b.py", "rough_hvp")
    matrix = hessian(X)
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(matrix @ X, hvp(X, X))
    step = 1e-5
    want = (_gradient(X + step * X) - _gradient(X - step * X)) / (2 * step)
    np.testing.assert_allclose(hvp(X, X), want, rtol=1e-3)


def test_the_jacobian_takes_the_cheaper_direction(tmp_path: Path) -> None:
    by_rows = _written(tmp_path, "rough", "jacobian").read_text()
    assert "for k in" not in by_rows
    by_columns = _written(tmp_path, "wave", "jacobian").read_text()
    jacobian = load_alone(by_columns, tmp_path / "a.py", "wave_jacobian")
    want = np.diag(np.cos(X) * X[0])
    want[:, 0] += np.sin(X)
    np.testing.assert_allclose(jacobian(X), want)


def test_derivatives_inside_files_that_are_only_parsed(tmp_path: Path) -> None:
    text = _written(tmp_path, "penalty", "reverse").read_text()
    penalty_grad = load_alone(text, tmp_path / "a.py", "penalty_grad")
    step = 1e-6

    def penalty(x: np.ndarray) -> float:
        g = _gradient(x) * 2.0 / 1.5
        return float(g @ g)

    direction = np.array([0.5, 1.0, -0.3])
    want = (penalty(X + step * direction) - penalty(X - step * direction)) / (2 * step)
    assert penalty_grad(X) @ direction == pytest.approx(want, rel=1e-3)


def test_stages_of_other_modes(tmp_path: Path) -> None:
    source = tmp_path / "program.py"
    source.write_text(PROGRAM)
    common = ["show", str(source), "-f", "rough", "--types", TYPES, "--mode", "hvp"]
    for stage, part in (
        ("ssa", "func @rough("),
        ("adjoint", "func @rough_hvp("),
        ("source", "def"),
    ):
        result = CliRunner().invoke(main, [*common, "--stage", stage])
        assert result.exit_code == 0
        assert part in result.output


def test_value_is_for_gradients(tmp_path: Path) -> None:
    source = tmp_path / "program.py"
    source.write_text(PROGRAM)
    result = CliRunner().invoke(main, [str(source), "-f", "rough", "--value", "--mode", "hvp"])
    assert result.exit_code == 2
    assert "--value is for gradients" in result.output


def test_matrices_need_ranks(tmp_path: Path) -> None:
    """What has no types on the command line is told how to get them."""
    source = tmp_path / "program.py"
    source.write_text(PROGRAM)
    for mode in ("jacobian", "hessian"):
        result = CliRunner().invoke(main, [str(source), "-f", "rough", "--mode", mode])
        assert result.exit_code == 1
        assert '`--types "x: float64[n]"`' in result.output
