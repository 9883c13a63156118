"""The mean of time series that run at different speeds: barycentre under soft-DTW.

    python examples/programs/soft_dtw.py

Dynamic time warping aligns two series by dynamic programming. With a soft minimum the result is
smooth, and its gradient (Cuturi and Blondel, 2017) comes out of the compiler.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad


def soft_min(a, b, c, gamma):
    """Smooth minimum of three numbers."""
    low = min(a, b, c)
    s = np.exp(-(a - low) / gamma) + np.exp(-(b - low) / gamma) + np.exp(-(c - low) / gamma)
    return low - gamma * np.log(s)


def soft_dtw(x, y, gamma):
    """Cost of the best alignments of two series; `R[i, j]` is that of their beginnings."""
    n, m = len(x), len(y)
    D = (x[:, None] - y[None, :]) ** 2
    R = np.full((n + 1, m + 1), 1e10)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            best = soft_min(R[i - 1, j - 1], R[i - 1, j], R[i, j - 1], gamma)
            R[i, j] = D[i - 1, j - 1] + best
    return R[n, m]


def barycentre_cost(centre, series, gamma=0.02):
    """Mean soft-DTW cost between the centre and the series, which may differ in length."""
    return sum(soft_dtw(centre, y, gamma) / len(y) for y in series) / len(series)


def bumps(count=4, seed=0):
    """Series of different lengths, with a bump at different times."""
    rng = np.random.default_rng(seed)
    series = []
    for k in range(count):
        t = np.linspace(0.0, 1.0, 18 + 2 * k)
        bump = np.exp(-((t - rng.uniform(0.25, 0.75)) ** 2) / 0.005)
        series.append(bump - 0.4 * t + 0.02 * rng.normal(size=len(t)))
    return series


def main() -> OptimizeResult:
    """Compare the barycentre with the plain mean."""
    series = bumps()
    grid = np.linspace(0.0, 1.0, 20)
    plain = np.mean([np.interp(grid, np.linspace(0, 1, len(y)), y) for y in series], axis=0)
    slope = value_and_grad(barycentre_cost, wrt="centre")
    fit = minimize(slope, plain, args=(series,), jac=True, method="BFGS", options={"maxiter": 30})
    print(f"height of the bump: {plain.max():.2f} in the plain mean, {fit.x.max():.2f} here")
    print(f"cost {barycentre_cost(plain, series):.4f} -> {fit.fun:.4f}")
    return fit


if __name__ == "__main__":
    main()
