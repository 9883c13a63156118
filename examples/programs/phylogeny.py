"""How long ago species parted: the lengths of the branches of a tree by maximum likelihood.

    python examples/programs/phylogeny.py

The probability of DNA at the tips of a tree is a sum over all histories, which Felsenstein's
pruning computes by recursion over the tree. Tree and gradient have the same form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sourcead import value_and_grad


@dataclass
class Tip:
    """A species, with the base seen at each site as a row of zeros and a one."""

    seen: np.ndarray


@dataclass
class Fork:
    """A common ancestor; the lengths are the logarithms of the times to the two descendants."""

    left: Fork | Tip
    right: Fork | Tip
    left_length: float
    right_length: float


def transition(log_length):
    """Jukes and Cantor: every base turns into every other at the same rate."""
    stay = np.exp(-4.0 / 3.0 * np.exp(log_length))
    return stay * np.eye(4) + 0.25 * (1.0 - stay)


def conditional(node):
    """For each site and base of a node: the probability of what is seen below it."""
    if isinstance(node, Tip):
        return node.seen
    left = conditional(node.left) @ transition(node.left_length)
    right = conditional(node.right) @ transition(node.right_length)
    return left * right


def depth_penalty(node):
    """A weak prior that keeps the lengths from running away."""
    if isinstance(node, Tip):
        return 0.0
    own = node.left_length**2 + node.right_length**2
    return own + depth_penalty(node.left) + depth_penalty(node.right)


def loss(tree, weight=0.01):
    """Negative log-likelihood per site; the root's bases are equally likely."""
    sites = np.mean(conditional(tree), axis=1)
    return -np.mean(np.log(sites)) + weight * depth_penalty(tree)


def evolve(node, bases, rng):
    """The tree with random DNA at its tips."""
    if isinstance(node, Tip):
        return Tip(np.eye(4)[bases])
    branches = []
    for child, length in (node.left, node.left_length), (node.right, node.right_length):
        odds = transition(length)[bases]
        mutated = np.array([rng.choice(4, p=row) for row in odds])
        branches.append(evolve(child, mutated, rng))
    return Fork(*branches, -1.0, -1.0)


def simulated(sites=300, seed=0):
    """Four species; all branches of the tree begin at the same length."""
    empty = Tip(np.zeros((0, 4)))
    apes = Fork(empty, Fork(empty, empty, np.log(0.1), np.log(0.15)), np.log(0.3), np.log(0.1))
    rng = np.random.default_rng(seed)
    return evolve(Fork(apes, empty, np.log(0.2), np.log(0.5)), rng.integers(4, size=sites), rng)


def descend(node, bar, rate):
    """A step against the gradient, which is a tree as well."""
    if isinstance(node, Tip):
        return node
    return Fork(
        descend(node.left, bar.left, rate),
        descend(node.right, bar.right, rate),
        node.left_length - rate * bar.left_length,
        node.right_length - rate * bar.right_length,
    )


def newick(node):
    """The tree in the usual notation."""
    if isinstance(node, Tip):
        return "tip"
    left, right = np.exp([node.left_length, node.right_length])
    return f"({newick(node.left)}:{left:.2f}, {newick(node.right)}:{right:.2f})"


def main() -> float:
    """Fit the lengths; return the last loss."""
    tree = simulated()
    slope = value_and_grad(loss)
    for i in range(301):
        value, bar = slope(tree)
        tree = descend(tree, bar, 1.0)
        if i % 100 == 0:
            print(f"{i:4}  {value:.4f}")
    print(newick(tree))
    return float(value)


if __name__ == "__main__":
    main()
