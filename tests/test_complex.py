"""The page on complex numbers is what happens: its examples are run."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "complex.md"


def test_examples_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text()
    (program,) = re.findall(r"```python\n(.*?)```", text, re.S)
    examples = re.findall(r"```pycon\n(.*?)```", text, re.S)
    assert len(examples) == text.count("```pycon")
    (tmp_path / "complex_page.py").write_text(program)
    monkeypatch.syspath_prepend(str(tmp_path))
    names = dict(vars(importlib.import_module("complex_page")))
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    test = doctest.DocTestParser().get_doctest("\n".join(examples), names, PAGE.name, None, 0)
    found: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=flags).run(test, out=found.append)
    assert outcome.failed == 0, "".join(found)
    assert outcome.attempted == sum(e.count(">>> ") for e in examples)
