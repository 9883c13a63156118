"""Hamiltonian Monte Carlo on a bent density, with a step size found by gradient descent.

    python examples/programs/leapfrog.py

The sampler needs the gradient of the log density in every leapfrog step: `grad` stands inside the
function that is differentiated. The outer gradient is that of the energy error of whole
trajectories, less a reward for long jumps, with respect to the step sizes, one for each coordinate.
"""

import numpy as np

from sourcead import grad, value_and_grad


def potential(q):
    """Negative log density of a banana: a normal one whose second coordinate follows the first."""
    return 0.5 * q[0] ** 2 / 4.0 + 0.5 * ((q[1] - 0.3 * q[0] ** 2) / 0.4) ** 2


def hamiltonian(q, p):
    return potential(q) + 0.5 * p @ p


def leapfrog(q, p, step, n):
    """Half a kick, then drifts and kicks in turn."""
    force = grad(potential)
    p = p - 0.5 * step * force(q)
    for i in range(n):
        q = q + step * p
        if i < n - 1:
            p = p - step * force(q)
    p = p - 0.5 * step * force(q)
    return q, p


def cost(log_step, starts, n):
    """Mean squared energy error of the trajectories, less a reward for how far they go."""
    step = np.exp(log_step)
    error = jumps = 0.0
    for q0, p0 in starts:
        q, p = leapfrog(q0, p0, step, n)
        error += (hamiltonian(q, p) - hamiltonian(q0, p0)) ** 2
        jumps += np.sum((q - q0) ** 2)
    return (error - 0.1 * jumps) / len(starts)


def starting_points(count, seed=0):
    """Points of the density with random momenta."""
    rng = np.random.default_rng(seed)
    first = 2.0 * rng.normal(size=count)
    second = 0.3 * first**2 + 0.4 * rng.normal(size=count)
    momenta = rng.normal(size=(count, 2))
    return [(np.array([a, b]), p) for a, b, p in zip(first, second, momenta, strict=True)]


def sample(step, n, draws, seed=1):
    """Return the chain and the share of accepted proposals."""
    rng = np.random.default_rng(seed)
    q = np.zeros(2)
    chain = []
    accepted = 0
    for _ in range(draws):
        p = rng.normal(size=2)
        q_new, p_new = leapfrog(q, p, step, n)
        if np.log(rng.random()) < hamiltonian(q, p) - hamiltonian(q_new, p_new):
            q = q_new
            accepted += 1
        chain.append(q)
    return np.array(chain), accepted / draws


def main() -> float:
    """Tune the step sizes, sample, and return the share of accepted proposals."""
    slope = value_and_grad(cost, wrt="log_step")
    log_step = np.log([0.05, 0.05])
    starts = starting_points(50)
    for i in range(61):
        value, gradient = slope(log_step, starts, 15)
        log_step = log_step - 0.05 * gradient / np.linalg.norm(gradient)
        if i % 20 == 0:
            print(f"step sizes {np.exp(log_step)}, cost {value:.4f}")
    chain, share = sample(np.exp(log_step), 15, 500)
    print(f"accepted {share:.0%}; mean {chain.mean(axis=0)}, should be [0, 1.2]")
    return share


if __name__ == "__main__":
    main()
