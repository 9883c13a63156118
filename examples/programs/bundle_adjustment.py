"""Cameras and points from their images: bundle adjustment.

    python examples/programs/bundle_adjustment.py

The camera is that of the well-known data sets: a rotation vector, a translation, a focal length
and two coefficients of radial distortion. Outliers are tamed by a robust loss.
"""

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from sourcead import value_and_grad


def rotate(rotation, point):
    """Rodrigues' formula; near zero its first-order term."""
    angle2 = rotation @ rotation
    if angle2 > 1e-12:
        angle = np.sqrt(angle2)
        axis = rotation / angle
        c, s = np.cos(angle), np.sin(angle)
        return c * point + s * np.cross(axis, point) + (1.0 - c) * (axis @ point) * axis
    return point + np.cross(rotation, point)


def project(camera, point):
    """Where a camera sees a point."""
    x, y, z = rotate(camera[:3], point) + camera[3:6]
    focal, k1, k2 = camera[6:]
    u = -x / z
    v = -y / z
    r2 = u * u + v * v
    distortion = 1.0 + r2 * (k1 + r2 * k2)
    return focal * distortion * np.array([u, v])


def huber(r2, width):
    """Of a squared residual."""
    if r2 <= width**2:
        return 0.5 * r2
    return width * (np.sqrt(r2) - 0.5 * width)


def reprojection_error(cameras, points, observations):
    """Sum over all sightings; cameras have nine numbers each, points three."""
    total = 0.0
    for i, j, seen in observations:
        residual = project(cameras[i], points[j]) - seen
        total += huber(residual @ residual, 5.0)
    return total


def scene(n_cameras=4, n_points=12, seed=0):
    """Cameras around a cloud of points, and what they see; a few sightings are wrong."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1.0, 1.0, size=(n_points, 3))
    cameras = np.zeros((n_cameras, 9))
    for i, camera in enumerate(cameras):
        camera[:3] = [0.0, 0.4 * i - 0.6, 0.05 * i]
        camera[3:6] = [0.2 * i, 0.0, -6.0]
        camera[6:] = [500.0, -0.05, 0.01]
    observations = []
    for i in range(n_cameras):
        for j in range(n_points):
            seen = project(cameras[i], points[j]) + 0.3 * rng.normal(size=2)
            if rng.random() < 0.05:
                seen += 40.0 * rng.normal(size=2)
            observations.append((i, j, seen))
    return cameras, points, observations


def guess(cameras, points, seed=1):
    """The truth, moved at random as far as a first reconstruction would be off."""
    rng = np.random.default_rng(seed)
    scale = np.array([0.02] * 3 + [0.05] * 3 + [5.0, 0.01, 0.001])
    moved = cameras + scale * rng.normal(size=cameras.shape)
    return moved, points + 0.05 * rng.normal(size=points.shape)


def main() -> OptimizeResult:
    """Adjust cameras and points together."""
    true_cameras, true_points, observations = scene()
    cameras, points = guess(true_cameras, true_points)
    slope = value_and_grad(reprojection_error, wrt=("cameras", "points"))
    n = cameras.size
    camera_scale = [0.01] * 3 + [0.05] * 3 + [5.0, 0.05, 0.05]
    scale = np.array(camera_scale * len(cameras) + [0.05] * points.size)

    def objective(z):
        z = z * scale
        value, bars = slope(z[:n].reshape(-1, 9), z[n:].reshape(-1, 3), observations)
        return value, np.concatenate([bar.ravel() for bar in bars]) * scale

    z0 = np.concatenate([cameras.ravel(), points.ravel()]) / scale
    fit = minimize(objective, z0, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    before, after = objective(z0)[0] / len(observations), fit.fun / len(observations)
    print(f"mean loss per sighting: {before:.2f} before, {after:.2f} after")
    return fit


if __name__ == "__main__":
    main()
