"""What the documentation says is what the code does."""

import doctest
import importlib
import importlib.util
import pkgutil
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import sourcead

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
MODULES = [m.name for m in pkgutil.walk_packages(sourcead.__path__, "sourcead.")]


@pytest.mark.parametrize("name", ["sourcead", *MODULES])
def test_examples_in_docstrings(name):
    if name.endswith("__main__"):
        return  # importing it runs it
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", ["functions.md", "errors.md"])
def test_generated_pages_are_current(name, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    monkeypatch.delitem(sys.modules, "generate", raising=False)
    page = importlib.import_module("generate").PAGES[name]()
    assert (ROOT / "docs" / name).read_text() == page, "run `python docs/generate.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_readme_shows_what_is_generated(tmp_path, monkeypatch):
    program, shown = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[:2]
    (tmp_path / "readme_program.py").write_text(program)
    monkeypatch.syspath_prepend(str(tmp_path))
    loss = importlib.import_module("readme_program").loss
    loss(np.ones(3), np.ones((5, 3)), np.ones(5))
    assert loss.source.strip() == shown.strip()
