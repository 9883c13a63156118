"""Generated source on disk, so that the next process does not compile again.

An entry is one file of JSON in a directory that only its owner can use. It is run only if it is
ours and whole; anything else in its place is ignored and replaced. Whatever goes wrong with files,
the cache is done without.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sourcead.ir.core import GlobalRef
from sourcead.runtime.contract import Compiled, Facts
from sourcead.runtime.sweeping import FRESH, sweep

FORMAT = "1"
# What can be wrong with an entry; one that is nested without end is a RecursionError.
BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
# No entry is longer, in bytes.
LONGEST = 1 << 26


def load(key: str) -> Compiled | None:
    """The entry for a key, None where there is none that can be trusted.

    Args:
        key: what `key_of` returned.

    Returns:
        The generated source, or None.
    """
    directory = _directory()
    if directory is None:
        return None
    try:
        return _decode(_read(directory / f"{key}.json"), key)
    except BROKEN:
        return None


def store(key: str, compiled: Compiled) -> None:
    """Write an entry; a reader sees the old one or the new one, never a part.

    A cache that cannot be written is no reason to stop.

    Args:
        key: what `key_of` returned.
        compiled: the generated source.
    """
    directory = _directory()
    if directory is None:
        return
    text = _encode(compiled, key)
    unfinished = directory / f".{key[:16]}.{os.getpid()}.{os.urandom(6).hex()}"
    with suppress(OSError, ValueError):
        _make_private(directory)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            _put(unfinished, directory / f"{key}.json")
        finally:
            unfinished.unlink(missing_ok=True)
        sweep(directory)


def _put(unfinished: Path, entry: Path) -> None:
    """Move a finished file to its place, whatever is there."""
    try:
        os.replace(unfinished, entry)
    except OSError:
        if not stat.S_ISDIR(entry.lstat().st_mode):
            raise
        shutil.rmtree(entry)
        os.replace(unfinished, entry)


def key_of(*parts: str) -> str:
    """Hash whatever decides the generated source, together with the versions involved."""
    return _hashed(parts, _versions().copy()).hexdigest()


@functools.cache
def _versions() -> hashlib._Hash:
    versions = FORMAT, sys.version, np.__version__, _own_source()
    return _hashed(versions, hashlib.sha256())


def _hashed(parts: tuple[str, ...], digest: hashlib._Hash) -> hashlib._Hash:
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    return digest


def _own_source() -> str:
    """Name, size and time of every file of the compiler: an edit counts as a new version."""
    package = Path(__file__).parent.parent
    found = []
    for directory in (package, *(path for path in package.iterdir() if path.is_dir())):
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    info = entry.stat()
                    found.append(f"{entry.path} {info.st_size} {info.st_mtime_ns}")
    return "\n".join(sorted(found))


def _directory() -> Path | None:
    """Where entries are kept, None where the cache is turned off."""
    if os.environ.get("SOURCEAD_CACHE", "1").lower() in ("0", "off", "no", "false"):
        return None
    chosen = os.environ.get("SOURCEAD_CACHE_DIR")
    return (Path(chosen) if chosen else _user_directory()) / f"v{FORMAT}"


@functools.cache
def _user_directory() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("sourcead", appauthor=False))


def _make_private(directory: Path) -> None:
    """Create the directory for its owner alone; refuse one that belongs to somebody else."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    info = directory.lstat()
    if not stat.S_ISDIR(info.st_mode) or not _is_ours(info.st_uid):
        raise PermissionError(f"{directory} is not ours")
    if os.name == "posix" and stat.S_IMODE(info.st_mode) != 0o700:
        directory.chmod(0o700)


def _read(path: Path) -> str:
    """The text of a regular file that is ours and that nobody else can write or read."""
    parent = path.parent.lstat()
    if not stat.S_ISDIR(parent.st_mode) or not _is_private(parent):
        raise PermissionError(f"{path.parent} can be changed by others")
    # What is not a regular file is not waited for.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode) or not _is_private(info) or info.st_size > LONGEST:
            raise PermissionError(f"{path} is no entry, or can be changed by others")
        if info.st_mtime < time.time() - FRESH:
            with suppress(OSError):
                os.utime(descriptor)  # what was used longest ago is removed first
        with open(descriptor, encoding="utf-8", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _is_private(info: os.stat_result) -> bool:
    return _is_ours(info.st_uid) and (os.name != "posix" or not info.st_mode & 0o077)


def _is_ours(owner: int) -> bool:
    return os.name != "posix" or owner == os.geteuid()


def _encode(compiled: Compiled, key: str) -> str:
    content = json.dumps(asdict(compiled), sort_keys=True)
    return json.dumps({"key": key, "checksum": _checksum(content, key), "content": content})


def _decode(text: str, key: str) -> Compiled:
    entry = json.loads(text)
    content = entry["content"]
    if entry["key"] != key or entry["checksum"] != _checksum(content, key):
        raise ValueError("damaged entry")
    fields = json.loads(content)
    facts = fields.pop("facts")
    requires = {name: GlobalRef(**ref) for name, ref in fields.pop("requires").items()}
    facts["known"] = [GlobalRef(**ref) for ref in facts["known"]]
    relied = Facts(**{name: tuple(value) for name, value in facts.items()})
    warnings = tuple(fields.pop("warnings"))
    return Compiled(**fields, requires=requires, facts=relied, warnings=warnings)


def _checksum(content: str, key: str) -> str:
    return hashlib.sha256(f"{key}\n{content}".encode()).hexdigest()
