"""A robot's arm reaches around an obstacle: inverse kinematics of a chain of joints.

    python examples/programs/inverse_kinematics.py

Links are objects of two kinds, which turn or slide. The pose is a 4 x 4 matrix, and the chain
multiplies one transformation after another to it.
"""

import numpy as np

from sourcead import value_and_grad


class Link:
    """A rigid link along x; subclasses say what its joint does."""

    def __init__(self, length, low, high):
        self.length = length
        self.low = low
        self.high = high

    def transform(self, q):
        pose = self.joint(q)
        offset = np.eye(4)
        offset[0, 3] = self.length
        return pose @ offset

    def beyond_limits(self, q):
        return max(q - self.high, 0.0) ** 2 + max(self.low - q, 0.0) ** 2


class Hinge(Link):
    """Turns about its y or z axis."""

    def __init__(self, length, axis, limit=2.5):
        super().__init__(length, -limit, limit)
        self.axis = axis

    def joint(self, q):
        c, s = np.cos(q), np.sin(q)
        if self.axis == "z":
            return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
        return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])


class Slider(Link):
    """Slides along its x axis."""

    def joint(self, q):
        pose = np.eye(4)
        pose[0, 3] = q
        return pose


def joints(chain, angles):
    """Positions of all joints, the last of which is the hand."""
    pose = np.eye(4)
    places = []
    for link, q in zip(chain, angles, strict=True):
        pose = pose @ link.transform(q)
        places.append(pose[:3, 3])
    return places


def cost(angles, chain, target, obstacle, radius=0.5):
    """Distance of the hand from its target, of joints from the obstacle, and broken limits."""
    places = joints(chain, angles)
    miss = places[-1] - target
    total = miss @ miss
    for place in places:
        depth = radius - np.linalg.norm(place - obstacle)
        if depth > 0.0:
            total += 10.0 * depth**2
    total += sum(link.beyond_limits(q) for link, q in zip(chain, angles, strict=True))
    return total + 1e-4 * np.sum(angles**2)


def arm():
    return [
        Hinge(0.5, "z"),
        Hinge(1.0, "y"),
        Hinge(1.0, "z"),
        Slider(0.3, 0.0, 0.6),
        Hinge(0.4, "y"),
    ]


def main() -> float:
    """Reach the target; return how far the hand is from it."""
    chain = arm()
    target, obstacle = np.array([1.2, 1.4, 0.6]), np.array([0.9, 0.6, 0.1])
    angles = np.array([0.3, -0.2, 0.4, 0.2, 0.1])
    slope = value_and_grad(cost, wrt="angles")
    for i in range(301):
        value, bar = slope(angles, chain, target, obstacle)
        angles = angles - 0.08 * bar
        if i % 100 == 0:
            print(f"{i:4}  {value:.5f}")
    hand = joints(chain, angles)[-1]
    print("joints", np.round(angles, 3), "hand", np.round(hand, 3))
    return float(np.linalg.norm(hand - target))


if __name__ == "__main__":
    main()
