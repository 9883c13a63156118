"""A loop that ends when it has converged, and an early return before it."""

from benchmarks.hand import Case


def anomaly(mean, ecc, tol):
    """Newton's method on a quadratic stand-in for Kepler's equation."""
    if ecc < 1e-8:
        return mean
    e = mean
    for i in range(50):
        step = (e - ecc * e * e * 0.5 - mean) / (1.0 - ecc * e)
        e = e - step
        if abs(step) < tol:
            break
    return e


def anomaly_grad(mean, ecc, tol):
    circular = ecc < 1e-8
    if not circular:
        e = mean
        e_tape = []
        for i in range(50):
            e_tape.append(e)
            step = (e - ecc * e * e * 0.5 - mean) / (1.0 - ecc * e)
            e = e - step
            if abs(step) < tol:
                break
    mean_bar = 0.0
    ecc_bar = 0.0
    if circular:
        # return mean
        mean_bar = 1.0
    else:
        # return e
        e_bar = 1.0
        for e in reversed(e_tape):
            slope = 1.0 - ecc * e
            step = (e - ecc * e * e * 0.5 - mean) / slope
            # e = e - step
            step_bar = -e_bar
            # step = (e - ecc * e * e * 0.5 - mean) / (1.0 - ecc * e)
            excess_bar = step_bar / slope
            slope_bar = -excess_bar * step
            e_bar += excess_bar * slope - slope_bar * ecc
            ecc_bar -= excess_bar * e * e * 0.5 + slope_bar * e
            mean_bar -= excess_bar
        # e = mean
        mean_bar += e_bar
    return mean_bar, ecc_bar


CASES = (Case("t04", anomaly, anomaly_grad, ("mean", "ecc"), lambda rng: (0.7, 0.3, 1e-12)),)
