"""Derivatives of functions in kepler.py, written by sourcead."""

import math


def eccentric_anomaly_grad(mean_anomaly, ecc, tol=1e-13):
    """Solve ``mean_anomaly = e - ecc * sin(e)`` for ``e``."""
    # forward
    is_less_ecc = ecc < 0.8
    if is_less_ecc:
        e = mean_anomaly
    else:
        e = math.pi
    step = math.inf
    e_tape = []
    while abs(step) > tol:
        e_tape.append(e)
        step = (e - ecc * math.sin(e) - mean_anomaly) / (1.0 - ecc * math.cos(e))
        e = e - step
    # reverse
    e_bar = 1.0
    ecc_bar = mean_anomaly_bar = 0.0
    for e in reversed(e_tape):
        cos_e = math.cos(e)
        diff = 1.0 - ecc * cos_e
        # step = (e - ecc * math.sin(e) - mean_anomaly) / (1.0 - ecc * math.cos(e))
        e_bar_ratio = e_bar / diff
        sin_e = math.sin(e)
        step = (e - ecc * sin_e - mean_anomaly) / diff
        e_bar_ratio_prod = e_bar_ratio * step
        mean_anomaly_bar += e_bar_ratio
        ecc_bar = ecc_bar - e_bar_ratio_prod * cos_e + e_bar_ratio * sin_e
        e_bar = e_bar + e_bar_ratio_prod * ecc * sin_e - e_bar_ratio + e_bar_ratio * ecc * cos_e
    if is_less_ecc:
        # if ecc < 0.8:
        mean_anomaly_bar += e_bar
    return mean_anomaly_bar, ecc_bar
