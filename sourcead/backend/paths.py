"""Parts of a value: what is inside containers, by path."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, Type

Buffers = frozenset[int]
Path = tuple[Hashable, ...]
Parts = dict[Path, Buffers]

NOTHING: Buffers = frozenset()
# Any element of a list; anything at all that may be inside.
EACH = "*"
ANY = "?"
DEEPEST = 5


def paths_of(t: Type) -> Iterator[Path]:
    """The parts that a value of a type can have."""
    yield ()
    yield from _inner_paths(t, 0)


def _inner_paths(t: Type, depth: int) -> Iterator[Path]:
    if depth == DEEPEST or not isinstance(t, StructT | ListT | ArrayT | ScalarT):
        yield (ANY,)
    elif isinstance(t, StructT):
        for key, inner in zip(t.keys, t.types, strict=True):
            if not isinstance(inner, ScalarT):
                yield (key,)
                yield from ((key, *path) for path in _inner_paths(inner, depth + 1))
    elif isinstance(t, ListT) and not isinstance(t.elem, ScalarT):
        yield (EACH,)
        yield from ((EACH, *path) for path in _inner_paths(t.elem, depth + 1))


def exclusive_paths(t: Type) -> Iterator[Path]:
    """The parts of which there is one each: not the elements of lists."""
    return (path for path in paths_of(t) if EACH not in path and ANY not in path)


def merged(parts: Iterable[Parts]) -> Parts:
    found: Parts = {}
    for each in parts:
        for path, buffers in each.items():
            found[path] = found.get(path, NOTHING) | buffers
    return found


def under(key: Hashable, parts: Parts) -> Parts:
    """The same parts one level deeper; what is too deep is lumped together."""
    found: Parts = {}
    for path, buffers in parts.items():
        longer = (key, *path)
        if len(longer) > DEEPEST:
            longer = (*longer[:DEEPEST], ANY)
        found[longer] = found.get(longer, NOTHING) | buffers
    return found


def part_of(parts: Parts, path: Path) -> Buffers:
    """The buffers at a path, and those that may be there for all one knows."""
    found = parts.get(path, NOTHING)
    if not path:
        return found
    for other, buffers in parts.items():
        if _covers(other, path) or _covers(path, other):
            found |= buffers
    return found or all_of(parts)


def _covers(vague: Path, path: Path) -> bool:
    """Whether a path that ends in "whatever may be inside" may mean another."""
    if ANY not in vague:
        return False
    known = vague[: vague.index(ANY)]
    return bool(path) and path[: len(known)] == known and len(path) > len(known)


def element_of(parts: Parts, key: Hashable) -> Parts:
    """What an element holds: the parts under its key, and whatever may be inside."""
    found: Parts = {}
    for path, buffers in parts.items():
        if path[:1] == (key,):
            found[path[1:]] = found.get(path[1:], NOTHING) | buffers
        elif path[:1] == (ANY,):
            for inner in ((), (ANY,)):
                found[inner] = found.get(inner, NOTHING) | buffers
    if not found and any(parts):
        return {(): all_of(parts), (ANY,): all_of(parts)}
    return found


def all_of(parts: Parts) -> Buffers:
    return NOTHING.union(*parts.values())
