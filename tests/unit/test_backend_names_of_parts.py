"""Parts of containers and arrays under the names that a reader would give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead


def energy(p: Any) -> Any:
    mass, speed, height = p
    return 0.5 * mass * speed**2 + mass * height


def product_of_both(p: Any) -> Any:
    q = np.sin(p)
    a, b = q
    c, d = q * p
    return (a * b) ** 2 / (c * d)


def dense(params: Any, x: Any) -> Any:
    h = np.tanh(x @ params["hidden"]["w"] + params["hidden"]["b"])
    return np.sum((h @ params["out layer"]["w"]) ** 2)


def rolled(x: Any, y: Any) -> Any:
    total = np.zeros_like(x)
    for k in range(3):
        total = total * total * x + y * k
    return total


def twice_rolled(x: Any, y: Any) -> Any:
    return np.sum(rolled(x, y) * rolled(np.ones_like(x), x))


def source(f: Any, *args: Any) -> str:
    return str(sourcead.source(sourcead.grad(f), *args))


def test_an_array_is_unpacked_as_the_program_does() -> None:
    text = source(energy, np.array([1.0, 2.0, 3.0]))
    assert "    mass, speed, height = p\n" in text
    assert "assert" not in text


def test_unpacking_still_tells_a_wrong_length() -> None:
    gradient = sourcead.grad(energy)
    gradient(np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="unpack"):
        gradient(np.array([1.0, 2.0]))


def test_arrays_of_one_length_are_unpacked_one_by_one() -> None:
    text = source(product_of_both, np.array([1.0, 2.0]))
    assert "a, b = " in text
    assert "c, d = " in text
    assert "is_equal" not in text


def test_fields_are_called_after_their_keys() -> None:
    hidden = {"w": np.ones((2, 3)), "b": np.zeros(3)}
    params = {"hidden": hidden, "out layer": {"w": np.ones((3, 1))}}
    text = source(dense, params, np.ones((4, 2)))
    assert 'hidden = params["hidden"]' in text
    assert "part" not in text


def test_halves_that_are_the_same_are_printed_once() -> None:
    x, y = np.array([0.3, 0.4]), np.array([0.1, 0.2])
    text = source(twice_rolled, x, y)
    assert text.count("_fwd(x, y):") == 1
    assert "def rolled_fwd(" in text
