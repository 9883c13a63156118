"""Keeping the disk cache small: what was used longest ago goes, and what killed processes left."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

# Seconds within which a use of an entry is not noted again, and nobody looks how full it is.
FRESH = 3600.0
# A process that stores much looks after so many entries.
OFTEN = 64
# The entries that remain fill this part of the limit, so that the next ones find room.
REMAINING = 0.8
DEFAULT_MEGABYTES = 128.0
# The time of this file tells when somebody last looked.
MARK = ".swept"

_stored = 0


def limit() -> float:
    """How many bytes the cache may hold: `SOURCEAD_CACHE_SIZE` is in megabytes."""
    try:
        megabytes = float(os.environ.get("SOURCEAD_CACHE_SIZE", DEFAULT_MEGABYTES))
    except ValueError:
        megabytes = DEFAULT_MEGABYTES
    return max(megabytes, 0.0) * 1e6


def sweep(directory: Path) -> None:
    """Remove what is too much, if nobody has looked for a while.

    Args:
        directory: where the entries are; a file may vanish at any time.
    """
    global _stored
    _stored += 1
    mark = directory.parent / MARK
    with suppress(OSError):
        if _stored % OFTEN and mark.stat().st_mtime > time.time() - FRESH:
            return
    with suppress(OSError):
        mark.touch(0o600)
        _remove(_superfluous(directory))


def _superfluous(directory: Path) -> list[str]:
    """Old unfinished files, and the entries used longest ago of a cache that is too full."""
    entries: list[tuple[float, int, str]] = []
    unfinished: list[str] = []
    with os.scandir(directory) as found:
        for file in found:
            with suppress(OSError):
                info = file.stat(follow_symlinks=False)
                if not file.name.startswith("."):
                    entries.append((info.st_mtime, info.st_size, file.path))
                elif info.st_mtime < time.time() - FRESH:
                    unfinished.append(file.path)
    size, most = sum(entry[1] for entry in entries), limit()
    if size <= most:
        return unfinished
    for _, length, path in sorted(entries):
        if size <= REMAINING * most:
            break
        unfinished.append(path)
        size -= length
    return unfinished


def _remove(paths: list[str]) -> None:
    for path in paths:
        with suppress(OSError):
            os.unlink(path)
