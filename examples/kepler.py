"""Kepler's equation by Newton's method: a loop that runs until it has converged.

    python examples/kepler.py

The position of a planet on its ellipse follows from M = E - e sin(E), which gives the mean
anomaly M (the time, as an angle) from the eccentric anomaly E (the place, as an angle), and has
no closed form the other way round. The derivative of Newton's loop is compared with the one that
the implicit function theorem gives on paper.
"""

import math

import sourcead

# name: mean anomaly in radians, eccentricity of the orbit
ORBITS = {
    "Venus": (2.0, 0.00677),
    "Earth": (1.0, 0.01671),
    "Mercury": (0.8, 0.20564),
    "Pluto": (5.0, 0.2488),
    "Halley's comet": (0.3, 0.96714),
}


def eccentric_anomaly(mean_anomaly: float, ecc: float, tol: float = 1e-13) -> float:
    """Solve ``mean_anomaly = e - ecc * sin(e)`` for ``e``."""
    if ecc < 0.8:
        e = mean_anomaly
    else:
        e = math.pi  # from here Newton's method converges on the flattest orbit too
    step = math.inf
    while abs(step) > tol:
        step = (e - ecc * math.sin(e) - mean_anomaly) / (1.0 - ecc * math.cos(e))
        e = e - step
    return e


def on_paper(e: float, ecc: float) -> tuple[float, float]:
    """Return dE/dM and dE/de by the implicit function theorem."""
    slope = 1.0 / (1.0 - ecc * math.cos(e))
    return slope, slope * math.sin(e)


def main() -> float:
    """Print the derivatives for some orbits and return the largest error."""
    gradient = sourcead.value_and_grad(eccentric_anomaly, wrt=("mean_anomaly", "ecc"))
    worst = 0.0
    print(f"{'orbit':16}{'E':>12}{'dE/dM':>12}{'dE/de':>12}{'error':>10}")
    for name, (mean_anomaly, ecc) in ORBITS.items():
        e, slopes = gradient(mean_anomaly, ecc)
        error = max(abs(s - p) for s, p in zip(slopes, on_paper(e, ecc), strict=True))
        worst = max(worst, error)
        print(f"{name:16}{e:12.6f}{slopes[0]:12.6f}{slopes[1]:12.6f}{error:10.1e}")
    return worst


if __name__ == "__main__":
    main()
