"""What each direction costs: `python -m benchmarks.modes [--no-peers] [--seconds S]`.

For each product or matrix: the median time over that of the primal, beside JAX (jitted, warm) and
autograd where they are installed (their time over ours: 3.0 is three times slower than ours).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

import sourcead
from benchmarks.timing import Call, in_words, interleaved

GRID = np.linspace(0.0, 1.0, 10_000)
RNG = np.random.default_rng(0)
W1, W2 = RNG.normal(size=(100, 100)) / 10.0, RNG.normal(size=(100, 100)) / 10.0


def curve(p: Any, xp: Any = np) -> Any:
    """3 -> 10,000: a damped oscillation at many times."""
    return p[0] * xp.exp(-p[1] * GRID) * xp.sin(p[2] * GRID)


def network(x: Any, xp: Any = np) -> Any:
    """100 -> 100: two layers."""
    return xp.tanh(W2 @ xp.tanh(W1 @ x))


def rough(x: Any, xp: Any = np) -> Any:
    """10,000 -> 1: a chain of springs."""
    return xp.sum((x[1:] - x[:-1] ** 2) ** 2) + xp.sum(xp.cos(x))


def small(x: Any, xp: Any = np) -> Any:
    """100 -> 1: the same, small enough for a Hessian."""
    return xp.sum(xp.tanh(W1 @ x) ** 2)


POINTS = {
    curve: np.array([1.0, 2.0, 3.0]),
    network: RNG.normal(size=100),
    rough: RNG.normal(size=10_000) / 3.0,
    small: RNG.normal(size=100),
}


def ours(kind: str, f: Callable[..., Any], x: np.ndarray) -> Callable[[], Any]:
    """A call of what sourcead makes."""
    v, u = np.ones_like(x), np.ones_like(f(x))
    if kind == "jvp":
        tangent = sourcead.forward(f)
        return lambda: tangent(x, v)
    if kind == "vjp":
        return lambda: sourcead.vjp(f, x)[1](u)
    made: Any = {
        "jacobian": sourcead.jacobian,
        "gradient": sourcead.grad,
        "hessian": sourcead.hessian,
    }.get(kind)
    if made is not None:
        derivative = made(f)
        return lambda: derivative(x)
    product = sourcead.hvp(f)
    return lambda: product(x, v)


def by_jax(kind: str, f: Callable[..., Any], x: np.ndarray) -> Callable[[], Any]:
    """The same by JAX, compiled."""
    jax = importlib.import_module("jax")
    jnp = importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)

    def g(x: Any) -> Any:
        return f(x, jnp)

    x = jnp.asarray(x)
    v, u = jnp.ones_like(x), jnp.ones_like(g(x))
    narrow = x.size <= u.size
    made: dict[str, Callable[[Any], Any]] = {
        "jvp": lambda x: jax.jvp(g, (x,), (v,)),
        "vjp": lambda x: jax.vjp(g, x)[1](u),
        "gradient": jax.grad(g),
        "jacobian": jax.jacfwd(g) if narrow else jax.jacrev(g),
        "hessian": jax.hessian(g),
        "hvp": lambda x: jax.jvp(jax.grad(g), (x,), (v,))[1],
    }
    compiled = jax.jit(made[kind])
    return lambda: jax.block_until_ready(compiled(x))


def by_autograd(kind: str, f: Callable[..., Any], x: np.ndarray) -> Callable[[], Any]:
    """The same by autograd."""
    autograd = importlib.import_module("autograd")
    anp = importlib.import_module("autograd.numpy")
    core = importlib.import_module("autograd.core")
    operators = importlib.import_module("autograd.differential_operators")

    def g(x: Any) -> Any:
        return f(x, anp)

    v, u = np.ones_like(x), np.ones_like(f(x))
    if kind == "jvp":
        return lambda: operators.make_jvp(g)(x)(v)
    if kind == "vjp":
        return lambda: core.make_vjp(g, x)[0](u)
    if kind == "hvp":
        return lambda: autograd.hessian_vector_product(g)(x, v)
    made = {"gradient": autograd.grad, "jacobian": autograd.jacobian, "hessian": autograd.hessian}
    derivative = made[kind](g)
    return lambda: derivative(x)


ROWS = [
    ("jvp", network),
    ("vjp", network),
    ("jvp", curve),
    ("jacobian", curve),
    ("jacobian", network),
    ("jacobian", rough),
    ("gradient", rough),
    ("hvp", rough),
    ("gradient", small),
    ("hvp", small),
    ("hessian", small),
]


def measure(kind: str, f: Callable[..., Any], peers: list[str], seconds: float) -> str:
    """One line of the table."""
    x = POINTS[f]
    calls = {"primal": Call(f, (x,)), "ours": Call(ours(kind, f, x), ())}
    for name in peers:
        made = {"jax": by_jax, "autograd": by_autograd}[name](kind, f, x)
        made()  # compiled before it is timed
        calls[name] = Call(made, ())
    medians = interleaved(calls, seconds, least=3)
    others = "".join(
        f"{medians[name] / medians['ours']:10.2f}" if name in medians else f"{'-':>10s}"
        for name in peers
    )
    size = f"{x.size} -> {np.size(f(x))}"
    return (
        f"{kind:10s}{f.__name__:10s}{size:>14s}{in_words(medians['primal']):>11s}"
        f"{in_words(medians['ours']):>11s}{medians['ours'] / medians['primal']:9.2f}{others}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    peers = []
    for name in () if options.no_peers else ("jax", "autograd"):
        if importlib.util.find_spec(name) is not None:
            peers.append(name)
    head = "".join(f"{name:>10s}" for name in peers)
    print(
        f"{'':10s}{'function':10s}{'n -> m':>14s}{'primal':>11s}{'ours':>11s}{'/primal':>9s}{head}"
    )
    for kind, f in ROWS:
        print(measure(kind, f, peers, options.seconds), flush=True)


if __name__ == "__main__":
    main()
