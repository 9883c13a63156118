"""One or two typical programs for each class of numerical code, without writes but for three."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.hand.elements import chain
from benchmarks.hand.in_place import burgers, seidel
from benchmarks.hand.process import likelihood
from benchmarks.hand.recurrences import power, recurrent
from benchmarks.hand.scalar import area


@dataclass(frozen=True)
class Program:
    """A program, what to differentiate it by, and what its gradient costs when written by hand.

    `hand` is what gradient / primal is known to be for hand-written gradients of its class.
    """

    kind: str
    loss: Callable[..., Any]
    wrt: tuple[str, ...]
    hand: float
    numbers: Callable[[np.random.Generator], tuple[Any, ...]]

    def args(self) -> tuple[Any, ...]:
        """The arguments, the same at each call."""
        return self.numbers(np.random.default_rng(0))


def thirty_operations(a, b, c):
    """A wave with friction and a few corrections, as scalar code has them."""
    s = a * b + c
    t = math.sin(s) * math.exp(-a * a)
    u = (t + s) / (1.0 + b * b)
    v = math.sqrt(u * u + c * c + 1.0)
    w = math.log(v) * u - t * s
    y = w * w + 0.5 * v * (a - b)
    z = y / (1.0 + math.exp(-w))
    return z * z - 3.0 * z * t + u * v


def babylonian(x, tol):
    """Square root by Newton's method, until it no longer moves."""
    y = x
    while abs(y * y - x) > tol:
        y = 0.5 * (y + x / y)
    return y


def logistic(w, b, x, y):
    p = 1.0 / (1.0 + np.exp(-(x @ w + b)))
    return -np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))


def perceptron(w1, b1, w2, b2, x, y):
    h = np.tanh(x @ w1 + b1)
    e = h @ w2 + b2 - y
    return np.mean(e * e)


def elementwise(x, y):
    return np.sum(np.exp(-x * x) * np.sin(x * y) + x * y)


def rectified(w1, b1, w2, b2, x, labels):
    h = np.maximum(x @ w1 + b1, 0.0)
    z = h @ w2 + b2
    z = z - np.max(z, axis=1, keepdims=True)
    picked = z[np.arange(len(labels)), labels]
    return np.mean(np.log(np.sum(np.exp(z), axis=1)) - picked)


def runge_kutta(y, rates, dt, steps):
    for _ in range(steps):
        k1 = rates * np.sin(y)
        k2 = rates * np.sin(y + 0.5 * dt * k1)
        k3 = rates * np.sin(y + 0.5 * dt * k2)
        k4 = rates * np.sin(y + dt * k3)
        y = y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y * y)


def mixture(logits, means, log_scales, x):
    """Negative log likelihood of a Gaussian mixture with diagonal covariances."""
    weights = logits - np.log(np.sum(np.exp(logits)))
    apart = (x[:, None, :] - means) * np.exp(-log_scales)
    score = weights - 0.5 * np.sum(apart * apart, axis=2) - np.sum(log_scales, axis=1)
    peak = np.max(score, axis=1)
    return -np.sum(peak + np.log(np.sum(np.exp(score - peak[:, None]), axis=1)))


def layers(rng, sizes):
    """Weights and biases of a network with these numbers of units."""
    arrays = []
    for m, n in pairwise(sizes):
        arrays += [rng.normal(size=(m, n)) / np.sqrt(m), rng.normal(size=n)]
    return tuple(arrays)


def small_logistic(rng):
    return rng.normal(size=4), 0.1, rng.normal(size=(16, 4)), rng.integers(0, 2, size=16) * 1.0


def small_perceptron(rng):
    return *layers(rng, (4, 16, 3)), rng.normal(size=(16, 4)), rng.normal(size=(16, 3))


def large_perceptron(rng):
    x, labels = rng.normal(size=(128, 784)), rng.integers(0, 10, size=128)
    return *layers(rng, (784, 256, 10)), x, labels


def recurrent_numbers(rng):
    w, u = rng.normal(size=(32, 32)) / 6.0, rng.normal(size=(32, 16)) / 4.0
    return w, u, rng.normal(size=32), rng.normal(size=(50, 16))


def mixture_numbers(rng):
    return rng.normal(size=10), *rng.normal(size=(2, 10, 8)), rng.normal(size=(1000, 8))


WEIGHTS = ("w1", "b1", "w2", "b2")

PROGRAMS = (
    Program(
        "scalars, straight", area, ("a", "b", "c", "f"), 2.2, lambda rng: (2.0, -3.0, 5.0, -2.0)
    ),
    Program(
        "scalars, straight", thirty_operations, ("a", "b", "c"), 2.2, lambda rng: (0.3, 0.7, -0.2)
    ),
    Program("scalars, loop", power, ("x",), 3.7, lambda rng: (1.01, 200)),
    Program("scalars, loop", babylonian, ("x",), 3.7, lambda rng: (1e6, 1e-6)),
    Program("small arrays", logistic, ("w", "b"), 2.0, small_logistic),
    Program("small arrays", perceptron, WEIGHTS, 2.0, small_perceptron),
    Program(
        "elementwise, 1e5",
        elementwise,
        ("x", "y"),
        2.2,
        lambda rng: (*rng.normal(size=(2, 10**5)),),
    ),
    Program(
        "elementwise, 1e6",
        elementwise,
        ("x", "y"),
        2.2,
        lambda rng: (*rng.normal(size=(2, 10**6)),),
    ),
    Program("bound by BLAS", rectified, WEIGHTS, 2.1, large_perceptron),
    Program(
        "stencil in place", burgers, ("u", "dt"), 2.8, lambda rng: (rng.normal(size=2000), 1e-3, 50)
    ),
    Program("element reads", chain, ("x",), 3.0, lambda rng: (rng.normal(size=500),)),
    Program("element writes", seidel, ("a",), 2.3, lambda rng: (0.5 * rng.normal(size=300), 5)),
    Program("recurrence", recurrent, ("w", "u", "b"), 3.4, recurrent_numbers),
    Program(
        "recurrence",
        runge_kutta,
        ("y", "rates"),
        3.4,
        lambda rng: (*rng.normal(size=(2, 200)), 0.05, 100),
    ),
    Program("Gaussian mixture", mixture, ("logits", "means", "log_scales"), 2.3, mixture_numbers),
    Program(
        "Gaussian process",
        likelihood,
        ("log_ell", "log_noise"),
        6.3,
        lambda rng: (0.1, -1.0, rng.normal(size=120), rng.normal(size=120)),
    ),
)
