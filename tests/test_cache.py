"""The disk cache: found again by the next process, private, and never trusted blindly."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sourcead.ir.core import GlobalRef
from sourcead.runtime import cache
from sourcead.runtime.contract import Compiled, Facts

ROOT = Path(__file__).parent.parent
KEY = cache.key_of("loss", "float")
MADE = Compiled(
    "def loss_grad(x):\n    return k\n",
    "loss_grad",
    {"k": GlobalRef("module", "k", "module.py"), "np": GlobalRef("numpy", "")},
    Facts(("x",), ("n",)),
    "loss_pullback",
    ("a warning",),
)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where entries are, with the cache turned on."""
    monkeypatch.setenv("SOURCEAD_CACHE", "1")
    monkeypatch.setenv("SOURCEAD_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / f"v{cache.FORMAT}"


@pytest.fixture
def entry(directory: Path) -> Path:
    """The file of a good entry."""
    cache.store(KEY, MADE)
    return directory / f"{KEY}.json"


def test_what_is_stored_is_loaded(entry: Path) -> None:
    assert cache.load(KEY) == MADE
    assert cache.load(cache.key_of("loss", "int")) is None


def test_nobody_else_can_read_it(entry: Path) -> None:
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    assert [path.name for path in entry.parent.iterdir()] == [entry.name]


def _cut(path: Path) -> None:
    path.write_text(path.read_text()[:-20])


def _altered(path: Path) -> None:
    path.write_text(path.read_text().replace("return k", "return 0"))


def _of_another_key(path: Path) -> None:
    entry = json.loads(path.read_text())
    entry["key"] = "0" * 64
    path.write_text(json.dumps(entry))


def _binary(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95")


def _empty(path: Path) -> None:
    path.write_text("")


def _list(path: Path) -> None:
    path.write_text("[1, 2]")


def _writable_by_all(path: Path) -> None:
    path.chmod(0o666)


def _readable_by_the_group(path: Path) -> None:
    path.chmod(0o640)


def _link(path: Path) -> None:
    elsewhere = path.with_suffix(".elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _open_directory(path: Path) -> None:
    path.parent.chmod(0o777)


BREAK = (
    _cut,
    _altered,
    _of_another_key,
    _binary,
    _empty,
    _list,
    _writable_by_all,
    _readable_by_the_group,
    _link,
    _open_directory,
)


@pytest.mark.parametrize("spoil", BREAK, ids=lambda f: f.__name__.strip("_"))
def test_an_entry_that_cannot_be_trusted_is_replaced(entry: Path, spoil) -> None:
    spoil(entry)
    assert cache.load(KEY) is None
    cache.store(KEY, MADE)
    assert cache.load(KEY) == MADE


def test_an_entry_of_somebody_else_is_ignored(entry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.load(KEY) is None
    before = entry.read_text()
    cache.store(KEY, Compiled("other", "other", {}))
    assert entry.read_text() == before, "nor is anything written into their directory"


@pytest.mark.parametrize("off", ["0", "off", "no", "False"])
def test_turned_off(
    directory: Path, entry: Path, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    monkeypatch.setenv("SOURCEAD_CACHE", off)
    assert cache.load(KEY) is None
    entry.unlink()
    cache.store(KEY, MADE)
    assert not entry.exists()


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SOURCEAD_CACHE", "1")
    monkeypatch.setenv("SOURCEAD_CACHE_DIR", str(tmp_path / "file"))
    cache.store(KEY, MADE)
    assert cache.load(KEY) is None


def test_keys_do_not_run_together() -> None:
    assert cache.key_of("ab", "c") != cache.key_of("a", "bc")


def test_versions_are_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.key_of("a")
    monkeypatch.setattr(np, "__version__", "0.0")
    cache._versions.cache_clear()
    changed = cache.key_of("a")
    monkeypatch.undo()
    cache._versions.cache_clear()
    assert changed != before == cache.key_of("a")


PROGRAM = """
import sys
import sourcead
from model import loss

gradient = sourcead.grad(loss)
print(gradient(2.0), "sourcead.compiler" in sys.modules)
"""
MODEL = """
from parts import scaled

K = 3.0


def loss(x):
    return scaled(x) * K
"""
PARTS = """
def scaled(x):
    return x * {factor}
"""


def _run(directory: Path, **environment: str) -> list[str]:
    """What the program prints: the gradient, and whether the compiler was loaded."""
    done = subprocess.run(
        [sys.executable, "-B", "program.py"],
        cwd=directory,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SOURCEAD_CACHE": "1",
            "SOURCEAD_CACHE_DIR": str(directory / "cache"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_next_process_does_not_compile(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "parts.py").write_text(PARTS.format(factor="2.0"))
    assert _run(tmp_path) == ["6.0", "True"]
    assert _run(tmp_path) == ["6.0", "False"]
    assert _run(tmp_path, SOURCEAD_CACHE="0") == ["6.0", "True"]
    (tmp_path / "model.py").write_text(MODEL.replace("3.0", "4.0"))
    assert _run(tmp_path) == ["8.0", "False"]
    (tmp_path / "parts.py").write_text(PARTS.format(factor="5.0"))
    assert _run(tmp_path) == ["20.0", "True"]
    for file in (tmp_path / "cache").rglob("*.json"):
        file.write_text(file.read_text().replace("5.0", "7.0"))
    assert _run(tmp_path) == ["20.0", "True"]
    assert _run(tmp_path) == ["20.0", "False"]
