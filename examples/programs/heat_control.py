"""Optimal control of the heat equation, without an adjoint equation on paper.

    python examples/programs/heat_control.py

A rod is heated at its left end. Which course of the heating brings it close to a wanted
temperature profile at the end, at little cost? The gradient of the time-stepping code is the
discrete adjoint.
"""

import numpy as np
from scipy.linalg import solve_banded
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad


def crank_nicolson(n, r):
    """The implicit matrix in banded form, with insulated ends."""
    bands = np.zeros((3, n))
    bands[0, 1:] = -0.5 * r
    bands[1, :] = 1.0 + r
    bands[2, :-1] = -0.5 * r
    bands[1, 0] = bands[1, -1] = 1.0 + 0.5 * r
    return bands


def simulate(heating, n, diffusivity, dt, dx):
    """Temperature at the end; `heating` has one value for each time step."""
    r = diffusivity * dt / dx**2
    bands = crank_nicolson(n, r)
    u = np.zeros(n)
    for power in heating:
        b = u.copy()
        b[1:-1] += 0.5 * r * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        b[0] += 0.5 * r * (u[1] - u[0]) + dt / dx * power
        b[-1] += 0.5 * r * (u[-2] - u[-1])
        u = solve_banded((1, 1), bands, b)
    return u


def objective(heating, wanted, diffusivity=0.05, dt=0.05, price=1e-4):
    """Distance from the wanted profile, plus the price of the heating and of its changes."""
    n = len(wanted)
    dx = 1.0 / n
    u = simulate(heating, n, diffusivity, dt, dx)
    effort = dt * np.sum(heating**2)
    changes = np.sum(np.diff(heating) ** 2)
    return dx * np.sum((u - wanted) ** 2) + price * (effort + changes)


def main() -> OptimizeResult:
    """Find the best heating for a profile that falls from left to right."""
    x = (np.arange(30) + 0.5) / 30
    wanted = np.exp(-((x / 0.5) ** 2))
    slope = value_and_grad(objective, wrt="heating")
    bounds = [(0.0, 2.0)] * 40
    fit = minimize(slope, np.full(40, 0.5), args=(wanted,), jac=True, bounds=bounds)
    u = simulate(fit.x, 30, 0.05, 0.05, 1 / 30)
    before = objective(np.full(40, 0.5), wanted)
    print(f"cost {before:.5f} -> {fit.fun:.5f} in {fit.nit} iterations")
    print(f"largest miss {np.abs(u - wanted).max():.3f}; heating {np.round(fit.x[::5], 2)}")
    return fit


if __name__ == "__main__":
    main()
