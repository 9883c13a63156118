"""The disk cache: found again by the next process, private, and never trusted blindly."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sourcead.ir.core import GlobalRef
from sourcead.runtime import cache, describe, sweeping
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


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _socket(path: Path) -> None:
    path.unlink()
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    path.chmod(0o600)


def _directory(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def _nested(path: Path) -> None:
    path.write_text("[" * 200_000 + "]" * 200_000)


def _nested_inside(path: Path) -> None:
    content = '{"text":' * 100_000 + "1" + "}" * 100_000
    checksum = cache._checksum(content, KEY)
    path.write_text(json.dumps({"key": KEY, "checksum": checksum, "content": content}))


def _of_other_fields(path: Path) -> None:
    for content in ("[]", "{}", '{"facts": 1, "requires": [], "warnings": 2}'):
        checksum = cache._checksum(content, KEY)
        path.write_text(json.dumps({"key": KEY, "checksum": checksum, "content": content}))
        assert cache.load(KEY) is None


def _without_end(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


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
    _pipe,
    _socket,
    _directory,
    _nested,
    _nested_inside,
    _of_other_fields,
    _without_end,
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
    monkeypatch.setenv("SOURCEAD_CACHE_DIR", "x" * 5000)
    cache.store(KEY, MADE)
    assert cache.load(KEY) is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_full_disk_is_no_error(entry: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def full(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", full)
    cache.store(KEY, Compiled("other", "other", {}))
    monkeypatch.setattr(os, "utime", full)
    os_time = entry.stat().st_mtime
    monkeypatch.setattr(time, "time", lambda: os_time + 1e6)
    assert cache.load(KEY) == MADE
    assert [path.name for path in entry.parent.iterdir()] == [entry.name]


def _kept(directory: Path) -> set[str]:
    return {path.stem for path in directory.iterdir()}


def _filled(directory: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of ten entries, each a day older than the next, when there is room for five."""
    keys = [cache.key_of(str(k)) for k in range(10)]
    for k, key in enumerate(keys):
        cache.store(key, MADE)
        os.utime(directory / f"{key}.json", (0.0, time.time() - (10 - k) * 86400.0))
    size = (directory / f"{keys[0]}.json").stat().st_size
    monkeypatch.setenv("SOURCEAD_CACHE_SIZE", str(5.5 * size / 1e6))
    monkeypatch.setattr(sweeping, "_stored", sweeping.OFTEN - 1)
    return keys


def test_what_was_used_longest_ago_goes(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = _filled(directory, monkeypatch)
    assert cache.load(keys[0]) == MADE, "the oldest is used, which makes it the newest"
    cache.store(KEY, MADE)
    assert _kept(directory) == {KEY, keys[0], keys[9], keys[8]}


def test_nobody_looks_at_every_store(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = _filled(directory, monkeypatch)
    monkeypatch.setattr(sweeping, "_stored", 0)
    cache.store(KEY, MADE)
    assert _kept(directory) == {KEY, *keys}
    old = time.time() - 2.0 * sweeping.FRESH
    os.utime(directory.parent / sweeping.MARK, (old, old))
    cache.store(KEY, MADE)
    assert len(_kept(directory)) == 4


@pytest.mark.parametrize(
    ("text", "megabytes"), [("2", 2.0), ("0.5", 0.5), ("-1", 0.0), ("x", 128.0)]
)
def test_the_limit(monkeypatch: pytest.MonkeyPatch, text: str, megabytes: float) -> None:
    monkeypatch.setenv("SOURCEAD_CACHE_SIZE", text)
    assert sweeping.limit() == 1e6 * megabytes


def test_what_killed_processes_left_is_removed(
    entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (entry.parent / f".{KEY[:16]}.{pid}.abc" for pid in (1, 2))
    for path in (old, new):
        path.write_text("half")
    past = time.time() - 2.0 * sweeping.FRESH
    os.utime(old, (past, past))
    monkeypatch.setattr(sweeping, "_stored", sweeping.OFTEN - 1)
    cache.store(KEY, MADE)
    assert not old.exists()
    assert new.exists(), "another process may be writing it"


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


def test_a_package_may_be_installed_anew_under_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    file = folder / "package_without_version.py"
    file.write_text("def scaled(x):\n    return 2.0 * x\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    scaled = importlib.import_module(file.stem).scaled
    before = describe.name_of(scaled)
    describe._files_of.cache_clear()
    assert describe.name_of(scaled) == before
    file.write_text("def scaled(x):\n    return 30.0 * x\n", encoding="utf-8")
    describe._files_of.cache_clear()
    assert describe.name_of(scaled) != before
    del sys.modules[file.stem]


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


VALUES = """
import sys
import numpy as np
import sourcead


def f(x, axis, times=1):
    return np.sum(np.max(x, axis=axis) ** 2) * times


x = np.array([[0.2, 0.9, 0.1], [1.0, 0.3, 0.4]])
gradient = sourcead.grad(f)
for axis in (0, 1, (1,), True, np.int64(0)):
    for times in (1, 1.0, True):
        try:
            print(gradient(x, axis, times).tolist())
        except (sourcead.SourceadError, TypeError) as error:
            print(type(error).__name__)
print("sourcead.compiler" in sys.modules)
"""


def test_each_static_value_has_a_key_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(VALUES)
    first = _run(tmp_path)
    assert first == [*_run(tmp_path, SOURCEAD_CACHE="0")]
    assert _run(tmp_path, PYTHONOPTIMIZE="1")[:-1] == first[:-1]
    rows = [[0.0, 1.8, 0.0], [2.0, 0.0, 0.8]], [[0.0, 1.8, 0.0], [2.0, 0.0, 0.0]]
    text = " ".join(first)
    assert all(text.count(str(row)) >= 3 for row in rows)


CONSTANTS = """
class Model:
    norm = {norm!r}
    power = {power}

    def cost(self, x):
        return x**self.power if self.norm == "plain" else -x


model = Model()


def loss(x, mode="{norm}"):
    return model.cost(x)
"""


def test_constants_of_classes_are_part_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    for norm, power, want in (("plain", 2, "4.0"), ("other", 2, "-1.0"), ("plain", 3, "12.0")):
        (tmp_path / "model.py").write_text(CONSTANTS.format(norm=norm, power=power))
        assert _run(tmp_path) == [want, "True"]
        assert _run(tmp_path) == [want, "False"]
