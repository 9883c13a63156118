"""Noise levels of a tracked target by maximum likelihood: a Kalman filter is differentiated.

    python examples/programs/kalman.py

The target moves in one dimension with almost constant velocity. Its position is measured once a
second, and now and then the measurement is missing. The likelihood of the measurements, which the
filter computes along the way, tells how strong the unseen accelerations and the measurement noise
are.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad


class ConstantVelocity:
    """Position and velocity, driven by white acceleration; the position is measured."""

    def __init__(self, dt, acceleration, noise):
        self.F = np.array([[1.0, dt], [0.0, 1.0]])
        self.Q = acceleration**2 * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
        self.H = np.array([[1.0, 0.0]])
        self.R = noise**2 * np.eye(1)

    def predict(self, x, P):
        return self.F @ x, self.F @ P @ self.F.T + self.Q

    def update(self, x, P, z):
        innovation = z - self.H @ x
        S = self.H @ P @ self.H.T + self.R
        gain = np.linalg.solve(S, self.H @ P).T
        nll = 0.5 * (innovation @ np.linalg.solve(S, innovation) + np.log(np.linalg.det(S)))
        return x + gain @ innovation, P - gain @ S @ gain.T, nll


def negative_log_likelihood(theta, measurements, dt=1.0):
    """Of the logarithms of the two noise levels; missing measurements are NaN."""
    acceleration, noise = np.exp(theta)
    model = ConstantVelocity(dt, acceleration, noise)
    x = np.zeros(2)
    P = 100.0 * np.eye(2)
    total = 0.0
    for z in measurements:
        x, P = model.predict(x, P)
        if np.isnan(z):
            continue
        x, P, nll = model.update(x, P, np.array([z]))
        total += nll
    return total


def simulate(seconds=200, acceleration=0.3, noise=2.0, seed=0):
    """Return measured positions, a tenth of which are missing."""
    rng = np.random.default_rng(seed)
    velocity = np.cumsum(acceleration * rng.normal(size=seconds))
    measurements = np.cumsum(velocity) + noise * rng.normal(size=seconds)
    measurements[rng.random(seconds) < 0.1] = np.nan
    return measurements


def main() -> OptimizeResult:
    """Fit the two noise levels."""
    objective = value_and_grad(negative_log_likelihood, wrt="theta")
    fit = minimize(objective, np.zeros(2), args=(simulate(),), jac=True, method="BFGS")
    acceleration, noise = np.exp(fit.x)
    print(f"acceleration {acceleration:.3f} (truly 0.3), noise {noise:.3f} (truly 2.0)")
    print(f"{fit.nfev} runs of the filter with its gradient")
    return fit


if __name__ == "__main__":
    main()
