"""Checkpointed loops that end early, fill lists, write arrays, nest, or run as long as they like.

Every program of `checkpointed_programs` computes what it computes without `checkpointed`, bit for
bit where sums come in one order: the text of its plain version is made of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import checkpointed, grad, hvp, jvp
from sourcead.backend.helpers import binomial_actions, online_schedule, stored_places
from sourcead.errors import RefusalError
from tests import checkpointed_programs, numerics
from tests.uncheckpointed import program_names, without_checkpoints

X, W = np.array([0.3, -0.2, 0.5]), np.arange(9.0).reshape(3, 3) / 9.0
PROGRAMS = program_names(checkpointed_programs)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The programs without `checkpointed`."""
    return without_checkpoints(checkpointed_programs, tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("name", PROGRAMS)
def test_bit_for_bit(name: str, plain: ModuleType) -> None:
    f, g = getattr(checkpointed_programs, name), getattr(plain, name)
    kept, known = grad(f, wrt=("x", "w")), grad(g, wrt=("x", "w"))
    for n in (0, 1, 2, 5, 13):
        assert f(X.copy(), W.copy(), n) == g(X.copy(), W.copy(), n)
        (x_bar, w_bar), (x_want, w_want) = kept(X, W, n), known(X, W, n)
        assert numerics.identical(x_bar, x_want)
        # A plain loop may sum what the matrix gets in another order: as one product after it.
        np.testing.assert_allclose(w_bar, w_want, rtol=1e-13, atol=1e-15)
    assert "binomial_actions(" in kept.source
    moves = (np.ones(3), None, None)
    assert jvp(f, (X, W, 5), moves) == jvp(g, (X, W, 5), moves)


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_order(name: str, plain: ModuleType) -> None:
    """Forward over reverse, and forward over reverse of forward."""
    f, g = getattr(checkpointed_programs, name), getattr(plain, name)
    for n in (1, 6):
        np.testing.assert_allclose(
            hvp(f)(X, W, n, np.ones(3)), hvp(g)(X, W, n, np.ones(3)), rtol=1e-12
        )


TWICE = ["breaks", "over_list", "over_reversed", "nests", "waits_and_breaks", "containers"]


@pytest.mark.parametrize("name", TWICE)
def test_reverse_over_reverse(name: str, plain: ModuleType) -> None:
    f, g = getattr(checkpointed_programs, name), getattr(plain, name)

    def of(h: Callable[..., Any]) -> Any:
        return grad(lambda x, w, n: np.sum(grad(h)(x, w, n) ** 2))(X, W, 6)

    np.testing.assert_allclose(of(f), of(g), rtol=1e-12, atol=1e-14)


def counted(places: list[int], n: int, snapshots: int) -> tuple[int, int]:
    """How many steps the reverse sweep takes again, and how often one of them at most."""
    taken = [0] * n
    held, state, reversed_steps = [p for p in places if p < n], -1, []
    for action, step in binomial_actions(places, n, snapshots):
        if action == 0:
            state = held[-1]
        elif action == 1:
            assert state == step
            state += 1
            taken[step] += 1
        elif action == 2:
            assert state == step
            held.append(step)
        elif action == 3:
            held.pop()
        else:
            assert state == step
            reversed_steps.append(step)
        assert len(held) <= snapshots
    assert reversed_steps == list(reversed(range(n)))
    return sum(taken), max(taken, default=0)


def marked(n: int, snapshots: int) -> list[int]:
    """The places at which a loop that turns out to take n steps has stored its state."""
    marks, held = [(0, 0)], []
    for step in range(n):
        place, marks = online_schedule(marks, snapshots)
        if place >= 0:
            held = [*held[:place], *held[place + 1 :], step]
        assert held == stored_places(marks)
        assert len(held) <= snapshots
    return held


@pytest.mark.parametrize("snapshots", [1, 2, 3, 5, 10, 30])
def test_the_schedule_of_loops_of_unknown_length(snapshots: int) -> None:
    """No step is taken again more often than the best schedule for the known length needs."""
    for n in (1, 2, 5, 10, 30, 56, 100, 300, 1000):
        if snapshots == 1 and n > 100:
            continue
        total, most = counted(marked(n, snapshots), n, snapshots)
        repeats = 0
        while comb(snapshots + repeats, repeats) < n:
            repeats += 1
        assert most <= repeats
        fewest = repeats * n - comb(snapshots + repeats, repeats - 1) if repeats else 0
        # The loop's own steps are not counted here; the last of them tells nothing.
        assert total <= 1.5 * max(fewest - n, 0) + n


@pytest.mark.parametrize("n", [1, 4, 9, 20, 50])
def test_early_ends_keep_to_the_snapshots(n: int) -> None:
    from sourcead.backend.helpers import snapshot_places

    for planned in (n, 2 * n, 1000):
        total, _ = counted(snapshot_places(planned, 4), n, 4)
        assert total <= 8 * n


def test_states_that_are_not_written_are_not_copied() -> None:
    source = sourcead.source(grad(checkpointed_programs.breaks), X, W, 5)
    assert "snapshots.append((y,))" in source
    assert "snapshots[-1][0].copy()" not in source
    written = sourcead.source(grad(checkpointed_programs.in_place), X, W, 5)
    assert written.count("u.copy()") == 2
    assert "u = snapshots[-1][0].copy()" in written


def test_reads_of_an_array_are_added_into_one_adjoint() -> None:
    source = sourcead.source(grad(checkpointed_programs.indexes), X, W, 5)
    assert "us_bar[k] += " in source


def both(x, n):
    for k in enumerate(checkpointed(range(n))):
        x = x * k[0]
    return x


def partly(x, n):
    while checkpointed(x > 0.1) and n > 3:
        x = np.sin(x)
    return x


def one_by_one(x, fs):
    for f in checkpointed((np.sin, np.cos)):
        x = f(x)
    return x


def by_the_number(x, n):
    for _ in checkpointed(range(n), snapshots=int(np.ceil(x))):
        x = np.sin(x)
    return x


def listed(x, n):
    return sum([x * k for k in checkpointed(range(n))])


@pytest.mark.parametrize(
    ("f", "part"),
    [
        (both, "is not all that this loop runs over"),
        (partly, "not the whole test of a `while`"),
        (one_by_one, "looked at one by one"),
        (by_the_number, "a literal number of snapshots"),
        (listed, "is not all that this loop runs over"),
    ],
)
def test_refusals(f: Callable[..., Any], part: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        grad(f)(0.5, None if f is one_by_one else 3)
    assert part in str(refusal.value)
