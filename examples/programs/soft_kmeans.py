"""Clusters with soft assignment, and which temperature fits the data.

    python examples/programs/soft_kmeans.py

A few rounds of soft k-means are unrolled: points are shared between the centres, the centres move
to the mean of their shares. The gradient goes through all rounds to the starting centres and to
the stiffness of the assignment.
"""

import numpy as np

from sourcead import value_and_grad


def assign(points, centres, stiffness):
    """Share of each centre in each point."""
    d2 = np.sum((points[:, np.newaxis, :] - centres) ** 2, axis=-1)
    d2 -= d2.min(axis=1, keepdims=True)
    shares = np.exp(-stiffness * d2)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def soft_kmeans(points, centres, stiffness, rounds, tolerance=1e-3):
    """Move the centres until they stay, at most the given number of rounds."""
    for _ in range(rounds):
        shares = assign(points, centres, stiffness)
        moved = shares.T @ points / shares.sum(axis=0)[:, np.newaxis]
        if np.max(np.abs(moved - centres)) < tolerance:
            break
        centres = moved
    return centres


def negative_log_likelihood(centres, log_stiffness, train, test, rounds=12):
    """Of points that were not clustered, under the mixture that the centres stand for."""
    stiffness = np.exp(log_stiffness)
    found = soft_kmeans(train, centres, stiffness, rounds)
    d2 = ((test[:, None] - found[None]) ** 2).sum(axis=2)
    density = np.mean(stiffness / np.pi * np.exp(-stiffness * d2), axis=1)
    return -np.mean(np.log(density + 1e-12))


def clouds(n=40, seed=0):
    """Points around three centres, half for clustering and half for judging."""
    rng = np.random.default_rng(seed)
    centres = np.array([[0.0, 0.0], [3.0, 0.5], [1.0, 2.5]])
    points = centres[np.arange(2 * n) % 3] + 0.5 * rng.normal(size=(2 * n, 2))
    return points[:n], points[n:]


def start():
    return np.array([[0.5, 0.5], [2.0, 1.0], [1.0, 1.5]])


def main() -> float:
    """Tune start and stiffness; return the spread of the clusters that the stiffness stands for."""
    train, test = clouds()
    centres, log_stiffness = start(), 0.0
    slope = value_and_grad(negative_log_likelihood, wrt=("centres", "log_stiffness"))
    for i in range(61):
        value, (centres_bar, stiffness_bar) = slope(centres, log_stiffness, train, test)
        centres -= 0.1 * centres_bar
        log_stiffness -= 0.3 * stiffness_bar
        if i % 20 == 0:
            print(f"{i:4}  {value:.4f}")
    spread = float(np.sqrt(0.5 / np.exp(log_stiffness)))
    print(f"spread {spread:.3f}, truly 0.5")
    return spread


if __name__ == "__main__":
    main()
