"""Spheres from their picture: a small ray tracer is differentiated, and run backwards.

    python examples/programs/ray_spheres.py

Each pixel sends a ray, the nearest sphere that it hits is lit by a lamp. The picture depends on
centres, radii and colours; the edge of a sphere is softened so that moving it changes pixels.
"""

from dataclasses import dataclass

import numpy as np

from sourcead import value_and_grad


@dataclass
class Sphere:
    """Centre, radius and brightness."""

    centre: np.ndarray
    radius: float
    colour: float


def normalise(v):
    return v / np.sqrt(v @ v)


def hit(sphere, ray):
    """Distance along the ray from the origin, and how far the ray passes inside the edge."""
    along = ray @ sphere.centre
    off2 = sphere.centre @ sphere.centre - along**2
    inside = sphere.radius**2 - off2
    if inside <= 0.0:
        return np.inf, inside
    return along - np.sqrt(inside), inside


def shade(spheres, ray, light, background):
    """Brightness that comes in along a ray."""
    nearest, chosen, depth = np.inf, None, 0.0
    for sphere in spheres:
        distance, inside = hit(sphere, ray)
        if distance < nearest:
            nearest, chosen, depth = distance, sphere, inside
    if chosen is None:
        return background
    normal = (nearest * ray - chosen.centre) / chosen.radius
    lit = chosen.colour * (0.2 + 0.8 * max(normal @ light, 0.0))
    cover = 1.0 - np.exp(-depth / 0.02)
    return cover * lit + (1.0 - cover) * background


def render(spheres, size, background=0.1):
    """Picture of the scene, seen from the origin along -z."""
    light = normalise(np.array([1.0, 1.0, 0.5]))
    picture = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            ray = normalise(np.array([(j + 0.5) / size - 0.5, 0.5 - (i + 0.5) / size, -1.0]))
            picture[i, j] = shade(spheres, ray, light, background)
    return picture


def loss(spheres, target):
    return np.mean((render(spheres, len(target)) - target) ** 2)


def scene():
    return [
        Sphere(np.array([-0.4, 0.1, -4.0]), 0.9, 0.9),
        Sphere(np.array([0.6, -0.3, -3.0]), 0.5, 0.6),
    ]


def guess():
    return [
        Sphere(np.array([-0.3, 0.2, -4.0]), 0.8, 0.7),
        Sphere(np.array([0.5, -0.2, -3.0]), 0.55, 0.7),
    ]


def main() -> float:
    """Recover the scene from a picture of 16 x 16 pixels; return the last loss."""
    target = render(scene(), 16)
    spheres = guess()
    slope = value_and_grad(loss)
    for i in range(81):
        value, bars = slope(spheres, target)
        spheres = [
            Sphere(s.centre - 0.3 * b.centre, s.radius - 0.3 * b.radius, s.colour - 0.3 * b.colour)
            for s, b in zip(spheres, bars, strict=True)
        ]
        if i % 20 == 0:
            print(f"{i:4}  {value:.6f}")
    for found, true in zip(spheres, scene(), strict=True):
        print(np.round(found.centre, 2), f"{found.radius:.2f} {found.colour:.2f}", "truly", true)
    return float(value)


if __name__ == "__main__":
    main()
