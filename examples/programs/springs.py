"""A net of springs comes to rest; then its stiffnesses are chosen so that it hangs as wanted.

    python examples/programs/springs.py

The outer gradient goes through the whole relaxation: an explicit integration with friction, whose
forces are accumulated in place, spring by spring.
"""

from dataclasses import dataclass

import numpy as np

from sourcead import value_and_grad


@dataclass
class Spring:
    """Joins two nodes."""

    a: int
    b: int
    rest: float


class Net:
    """Nodes in the plane, joined by springs; some nodes are held."""

    def __init__(self, positions, springs, held):
        self.positions = positions
        self.springs = springs
        self.held = held

    def forces(self, x, stiffness, gravity):
        f = np.zeros_like(x)
        f[:, 1] -= gravity
        for k, spring in enumerate(self.springs):
            d = x[spring.b] - x[spring.a]
            length = np.sqrt(d @ d)
            pull = stiffness[k] * (length - spring.rest) / length * d
            f[spring.a] += pull
            f[spring.b] -= pull
        f[self.held] = 0.0
        return f

    def relax(self, stiffness, gravity=1.0, dt=0.05, friction=1.5, steps=120):
        x = self.positions.copy()
        v = np.zeros_like(x)
        for _ in range(steps):
            v += dt * (self.forces(x, stiffness, gravity) - friction * v)
            x += dt * v
        return x


def distance(log_stiffness, net, wanted):
    """Squared distance of the net at rest from the wanted form, and a price on stiff springs."""
    stiffness = np.exp(log_stiffness)
    x = net.relax(stiffness)
    return np.sum((x - wanted) ** 2) + 1e-5 * stiffness.sum()


def hanging_net(columns=5, rows=2):
    """A net held at its upper corners."""
    positions = np.array([[float(c), -float(r)] for r in range(rows) for c in range(columns)])
    springs = []
    for r in range(rows):
        for c in range(columns):
            node = r * columns + c
            if c + 1 < columns:
                springs.append(Spring(node, node + 1, 0.9))
            if r + 1 < rows:
                springs.append(Spring(node, node + columns, 0.9))
    return Net(positions, springs, [0, columns - 1])


def main() -> float:
    """Make the net hang like a given parabola; return the distance that is left."""
    net = hanging_net()
    x = net.positions[:, 0]
    wanted = net.positions.copy()
    wanted[:, 1] -= 0.15 * x * (4.0 - x)
    log_stiffness = np.full(len(net.springs), np.log(20.0))
    slope = value_and_grad(distance, wrt="log_stiffness")
    for i in range(101):
        value, bar = slope(log_stiffness, net, wanted)
        log_stiffness -= 0.15 * bar
        if i % 20 == 0:
            print(f"{i:4}  {value:.4f}")
    print("stiffnesses", np.round(np.exp(log_stiffness), 1))
    return value


if __name__ == "__main__":
    main()
