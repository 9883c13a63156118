"""Predators and prey: rates of the equations of Lotka and Volterra from counted animals.

    python examples/programs/ode_fit.py

A closure over the rates is the right-hand side, a classical Runge-Kutta method integrates it, and
the gradient goes through both.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad

# Furs of hares and lynxes in thousands, 1900 to 1920 (Hudson's Bay Company).
HARES = [30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1, 40.3, 57, 76.6, 52.3, 19.5]
LYNXES = [4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4, 8, 12.3, 19.5, 45.7, 51.1]


def lotka_volterra(rates):
    birth, eaten, death, growth = rates

    def rhs(t, y):
        hares, lynxes = y
        return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])

    return rhs


def rk4(f, y0, times, substeps):
    """States at the given times, the first of which is that of `y0`."""
    ys = np.zeros((len(times), len(y0)))
    ys[0] = y = y0
    for i in range(1, len(times)):
        h = (times[i] - times[i - 1]) / substeps
        t = times[i - 1]
        for _ in range(substeps):
            k1 = f(t, y)
            k2 = f(t + h / 2, y + h / 2 * k1)
            k3 = f(t + h / 2, y + h / 2 * k2)
            k4 = f(t + h, y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            t += h
        ys[i] = y
    return ys


def misfit(theta, times, counts, substeps=8):
    """Squared errors of the logarithms, for logarithms of the first state and of the rates."""
    y0, rates = np.exp(theta[:2]), np.exp(theta[2:])
    predicted = rk4(lotka_volterra(rates), y0, times, substeps)
    return np.sum((np.log(predicted) - np.log(counts)) ** 2)


def observations():
    counts = np.array([HARES, LYNXES], dtype=float).T
    return np.arange(float(len(counts))), counts


def start():
    return np.log([30.0, 4.0, 0.5, 0.025, 0.8, 0.025])


def main() -> OptimizeResult:
    """Fit, and compare with the published rates."""
    times, counts = observations()
    slope = value_and_grad(misfit, wrt="theta")
    fit = minimize(slope, start(), args=(times, counts), jac=True, method="L-BFGS-B")
    names = ("hares 1900", "lynxes 1900", "birth", "eaten", "death", "growth")
    for name, value in zip(names, np.exp(fit.x), strict=True):
        print(f"{name:12}{value:9.4f}")
    print(f"misfit {fit.fun:.4f} after {fit.nfev} evaluations")
    return fit


if __name__ == "__main__":
    main()
