"""Gravitating bodies, softened (S. J. Aarseth, 1963), moved by leapfrog (L. Verlet, 1967)."""

import numpy as np

WRT = ("position", "velocity", "mass")


def attract(position, mass, softening, acceleration):
    for i in range(len(mass)):
        apart = position - position[i]
        distance2 = np.sum(apart * apart, axis=1) + softening**2
        acceleration[i] = (mass * distance2**-1.5) @ apart


def loss(position, velocity, mass, softening, dt, steps):
    """Kinetic energy after the steps."""
    acceleration = np.zeros_like(position)
    attract(position, mass, softening, acceleration)
    for t in range(steps):
        velocity += 0.5 * dt * acceleration
        position += dt * velocity
        attract(position, mass, softening, acceleration)
        velocity += 0.5 * dt * acceleration
    return 0.5 * np.sum(mass * np.sum(velocity**2, axis=1))


def make_args(size, rng):
    n, steps = {"small": (4, 2), "bench": (60, 10)}[size]
    position, velocity = rng.normal(size=(2, n, 3))
    return position, velocity, rng.uniform(0.5, 1.0, size=n), 0.3, 0.01, steps
