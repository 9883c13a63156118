"""Which names may lead to one object."""

from __future__ import annotations

from sourcead.frontend.module_effects import Effects, Roots


class Groups:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The representative of a name's set."""
        while (parent := self._parent.get(name, name)) != name:
            self._parent[name] = self._parent.get(parent, parent)
            name = parent
        return name

    def join(self, names: Roots) -> None:
        first, *rest = map(self.of, names)
        for other in rest:
            self._parent[other] = first


def seen_outside(effects: Effects, tag: str, own: set[str]) -> Effects:
    """Effects as callers see them: without names of the function, which parameters lead to."""
    groups = Groups()
    for names in effects.shares:
        groups.join(names)
    seen: dict[str, set[str]] = {}
    mentioned = set().union(effects.reads, effects.writes, effects.binds, *effects.shares)
    mentioned |= {f"{name}#{tag}" for name in own}
    for name in mentioned:
        outside = _shown(name, tag)
        if outside is not None:
            seen.setdefault(groups.of(name), set()).add(outside)

    def shown(names: set[str]) -> set[str]:
        return set().union(*(seen.get(groups.of(n), set()) for n in names)) - {"return"}

    return Effects(
        reads={n for n in effects.reads if "#" not in n},
        binds={n for n in effects.binds if "#" not in n},
        kills={n for n in effects.kills if n[:1] == "<"},
        writes=shown(effects.writes),
        reshapes=shown(effects.reshapes),
        shares={frozenset(group) for group in seen.values() if len(group) > 1},
        wild=effects.wild,
        foreign=effects.foreign,
        of_the_module=effects.of_the_module,
        varies=effects.varies,
    )


def _shown(name: str, tag: str) -> str | None:
    bare, _, inside = name.partition("#")
    if not inside:
        return name
    if inside != tag:
        return None
    return bare if bare == "return" else f"@{bare}"


def anything(names: set[str] | Roots) -> set[str]:
    return {"@" if name.startswith("@") else name for name in names}


def add(merged: Effects, found: Effects) -> None:
    """Add what a function may do, whatever it is given."""
    merged.reads |= found.reads
    merged.binds |= found.binds
    merged.writes |= anything(found.writes)
    merged.reshapes |= anything(found.reshapes)
    merged.shares |= {frozenset(anything(names)) for names in found.shares}
    merged.wild = merged.wild or found.wild
    merged.foreign = merged.foreign or found.foreign
    merged.of_the_module = merged.of_the_module or found.of_the_module
    merged.varies = found.varies | merged.varies


def of_other_file(summary: Effects, module: str) -> Effects:
    """What a function does, as another file has it, to which all names of its file are one."""

    def here(found: set[str] | Roots) -> set[str]:
        known = {n for n in found if n.startswith(("@", "<")) or n == "return"}
        return known | ({module} if known != set(found) else set())

    return Effects(
        reads={n for n in summary.reads if n.startswith("<")} | {module},
        writes=here(summary.writes | summary.binds),
        reshapes=here(summary.reshapes),
        shares={frozenset(here(names)) for names in summary.shares},
        wild=summary.wild,
        foreign=summary.foreign,
        varies=summary.varies,
    )
