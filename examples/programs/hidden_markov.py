"""A dishonest casino: a hidden Markov model fitted through the forward algorithm.

    python examples/programs/hidden_markov.py

The casino changes now and then between a fair die and a loaded one. Only the numbers are seen.
The forward algorithm sums over all sequences of dice, in logarithms so that nothing underflows.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize
from scipy.special import logsumexp

from sourcead import value_and_grad


def log_softmax(x):
    return x - logsumexp(x, axis=-1, keepdims=True)


def log_likelihood(log_start, log_move, log_emit, throws):
    """Forward algorithm; `alpha` is the log probability of what was seen, with each last state."""
    alpha = log_start + log_emit[:, throws[0]]
    for seen in throws[1:]:
        alpha = logsumexp(alpha[:, None] + log_move, axis=0) + log_emit[:, seen]
    return logsumexp(alpha)


def objective(theta, throws, states, faces=6):
    """Negative log-likelihood per throw; `theta` holds unnormalised log probabilities."""
    start, rest = theta[:states], theta[states:]
    move = rest[: states**2].reshape(states, states)
    emit = rest[states**2 :].reshape(states, faces)
    total = log_likelihood(log_softmax(start), log_softmax(move), log_softmax(emit), throws)
    return -total / len(throws)


def play(count=600, seed=0):
    """Numbers (from 0) thrown with a fair die, or with one that shows the six half of the time."""
    rng = np.random.default_rng(seed)
    dice = np.array([[1 / 6] * 6, [0.1] * 5 + [0.5]])
    stay = [0.95, 0.9]
    throws = np.zeros(count, dtype=int)
    die = 0
    for i in range(count):
        throws[i] = rng.choice(6, p=dice[die])
        if rng.random() > stay[die]:
            die = 1 - die
    return throws


def start(states=2, faces=6, seed=1):
    """A guess that holds on to its state."""
    rng = np.random.default_rng(seed)
    move = 2.0 * np.eye(states)
    emit = 0.3 * rng.normal(size=(states, faces))
    return np.concatenate([np.zeros(states), move.ravel(), emit.ravel()])


def main() -> OptimizeResult:
    """Find the two dice from what was thrown."""
    throws = play()
    slope = value_and_grad(objective, wrt="theta")
    fit = minimize(slope, start(), args=(throws, 2), jac=True, method="L-BFGS-B")
    print(f"log-likelihood per throw: {-fit.fun:.4f}, of a fair die alone {-np.log(6):.4f}")
    for row in np.exp(log_softmax(fit.x[6:].reshape(2, 6))):
        print("die: ", np.round(row, 2))
    return fit


if __name__ == "__main__":
    main()
