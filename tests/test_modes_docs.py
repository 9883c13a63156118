"""What docs/modes.md says and shows, and the examples that belong to it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

import sourcead

ROOT = Path(__file__).parent.parent


def test_modes_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, shown, rules = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "modes.md").read_text(), re.DOTALL
    )
    (tmp_path / "modes_page.py").write_text(f"{program}\n{rules}")
    monkeypatch.syspath_prepend(str(tmp_path))
    polar = importlib.import_module("modes_page").polar
    source = sourcead.source(sourcead.forward(polar, wrt=("r", "a")), 2.0, 0.5, 1.0, 0.0)
    assert source.partition("def ")[2].strip() == shown.partition("def ")[2].strip()
    assert sourcead.jvp(polar, (2.0, 0.0), (0.0, 1.0)) == ((2.0, 0.0), (0.0, 2.0))
    assert sourcead.vjp(polar, 2.0, 0.0)[1]((0.0, 1.0)) == (0.0, 2.0)


def test_the_picture_is_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    draw = importlib.import_module("draw_modes")
    monkeypatch.setattr(draw, "__file__", str(tmp_path / "draw_modes.py"))
    draw.main()
    assert (tmp_path / "modes.svg").read_text() == (ROOT / "docs" / "modes.svg").read_text()


def test_newton_cg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    fit = importlib.import_module("newton_cg").main(50)
    assert fit.success
    np.testing.assert_allclose(fit.x, 1.0, atol=1e-6)


def test_gauss_newton(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    gauss_newton = importlib.import_module("gauss_newton")
    np.testing.assert_allclose(gauss_newton.main(), gauss_newton.TRUTH, atol=0.03)
