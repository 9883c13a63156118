"""A portfolio under transaction costs: the best mix over several periods.

    python examples/programs/portfolio.py

The wealth is simulated period by period over scenarios: the weights drift with the returns, are
brought back by trades that cost, and what counts in the end is the mean against the expected
shortfall.
"""

import numpy as np

from sourcead import value_and_grad

ASSETS = ("bonds", "shares", "gold")


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def trade(holdings, target, cost):
    """Holdings after they were brought back to the target weights."""
    wealth = holdings.sum(axis=1, keepdims=True)
    fee = cost * np.sum(np.abs(holdings - target * wealth), axis=1, keepdims=True)
    return target * (wealth - fee)


def final_wealth(targets, returns, cost):
    """One value per scenario; `returns` has axes scenario, period, asset."""
    scenarios, periods, assets = returns.shape
    holdings = np.tile(targets[0], (scenarios, 1))
    for t in range(periods):
        if t > 0:
            holdings = trade(holdings, targets[t], cost)
        holdings = holdings * (1.0 + returns[:, t])
    return holdings.sum(axis=1)


def expected_shortfall(outcomes, level):
    """Mean of the worst outcomes."""
    worst = np.sort(outcomes)[: int(level * len(outcomes))]
    return worst.mean()


def objective(logits, returns, aversion=1.0, cost=0.005):
    """To be made small: mean growth against the worst tenth of the scenarios."""
    targets = [softmax(row) for row in logits]
    growth = np.log(final_wealth(targets, returns, cost))
    return -np.mean(growth) - aversion * expected_shortfall(growth, 0.1)


def scenarios(count=400, periods=4, seed=0):
    rng = np.random.default_rng(seed)
    mean = np.array([0.02, 0.07, 0.03])
    spread = np.diag([0.03, 0.18, 0.15])
    correlation = np.array([[1.0, 0.1, 0.2], [0.1, 1.0, -0.1], [0.2, -0.1, 1.0]])
    factor = np.linalg.cholesky(spread @ correlation @ spread)
    return np.expm1(mean + rng.normal(size=(count, periods, 3)) @ factor.T)


def main() -> np.ndarray:
    """Print the best weights for several aversions to risk; return those of the last."""
    returns = scenarios()
    slope = value_and_grad(objective, wrt="logits")
    for aversion in 0.1, 0.3, 1.0:
        logits = np.zeros((4, 3))
        for _ in range(300):
            value, bar = slope(logits, returns, aversion)
            logits -= 2.0 * bar
        weights = softmax(logits[0])
        mix = ", ".join(f"{name} {w:.0%}" for name, w in zip(ASSETS, weights, strict=True))
        print(f"aversion {aversion}: {mix}; objective {value:.4f}")
    return weights


if __name__ == "__main__":
    main()
