"""The orbit of a satellite from three angles and ranges: orbit determination.

    python examples/programs/orbit.py

A station on the turning earth measures range, azimuth and elevation. The state of the satellite
at the first measurement is improved by gradients through the numerical propagation, in which the
flattening of the earth (J2) acts.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad

# Kilometres, seconds.
MU = 398600.4418
EARTH = 6378.137
J2 = 1.08262668e-3
SPIN = 7.292115e-5


def acceleration(r):
    """Central force and that of the flattening."""
    distance = np.linalg.norm(r)
    z2 = (r[2] / distance) ** 2
    factor = 1.5 * J2 * (EARTH / distance) ** 2
    flattening = factor * np.array([5.0 * z2 - 1.0, 5.0 * z2 - 1.0, 5.0 * z2 - 3.0])
    return MU / distance**3 * r * (flattening - 1.0)


def propagate(r, v, seconds, longest=20.0):
    """Velocity Verlet, in steps not longer than `longest`."""
    elapsed = 0.0
    a = acceleration(r)
    while elapsed < seconds:
        h = min(longest, seconds - elapsed)
        half = v + 0.5 * h * a
        r = r + h * half
        a = acceleration(r)
        v = half + 0.5 * h * a
        elapsed += h
    return r, v


class Station:
    """A place on the turning earth."""

    def __init__(self, latitude, longitude):
        self.latitude = np.radians(latitude)
        self.longitude = np.radians(longitude)

    def observe(self, r, t):
        """Range, azimuth and elevation of a place in space."""
        theta = self.longitude + SPIN * t
        slat, clat = np.sin(self.latitude), np.cos(self.latitude)
        slon, clon = np.sin(theta), np.cos(theta)
        up = np.array([clat * clon, clat * slon, slat])
        east = np.array([-slon, clon, 0.0])
        north = np.array([-slat * clon, -slat * slon, clat])
        d = r - EARTH * up
        distance = np.sqrt(np.sum(d * d))
        return distance, np.arctan2(d @ east, d @ north), np.arcsin(d @ up / distance)


def misfit(state, station, times, measured, sigma=(0.05, 1e-4, 1e-4)):
    """Half the sum of squared errors, each in units of its accuracy."""
    r, v = state[:3], state[3:]
    total, t = 0.0, 0.0
    for now, values in zip(times, measured, strict=True):
        r, v = propagate(r, v, now - t)
        t = now
        for predicted, value, s in zip(station.observe(r, now), values, sigma, strict=True):
            total += 0.5 * ((predicted - value) / s) ** 2
    return total


def campaign(seed=0):
    """Return the true state, the station, the times, and what was measured."""
    rng = np.random.default_rng(seed)
    state = np.array([3900.0, 1200.0, 5600.0, -5.2, 4.0, 2.8])
    station = Station(47.0, 8.0)
    times = np.array([0.0, 90.0, 200.0, 300.0])
    measured = []
    for t in times:
        r, _ = propagate(state[:3], state[3:], t)
        noise = np.array([0.05, 1e-4, 1e-4]) * rng.normal(size=3)
        measured.append(np.array(station.observe(r, t)) + noise)
    return state, station, times, measured


def guess(state):
    """What a first, rough determination would give."""
    return state + np.array([20.0, -30.0, 10.0, 0.05, 0.04, -0.06])


def main() -> OptimizeResult:
    """Improve a first guess."""
    state, station, times, measured = campaign()
    slope = value_and_grad(misfit, wrt="state")
    scale = np.array([10.0, 10.0, 10.0, 0.1, 0.1, 0.1])

    def objective(z):
        value, bar = slope(z * scale, station, times, measured)
        return value, bar * scale

    fit = minimize(objective, guess(state) / scale, jac=True, method="BFGS")
    error = fit.x * scale - state
    print(f"misfit {objective(guess(state) / scale)[0]:.0f} -> {fit.fun:.2f}")
    place, speed = 1e3 * np.linalg.norm(error[:3]), 1e3 * np.linalg.norm(error[3:])
    print(f"error: {place:.0f} m, {speed:.2f} m/s")
    return fit


if __name__ == "__main__":
    main()
