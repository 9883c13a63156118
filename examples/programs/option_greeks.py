"""Sensitivities of option prices: the formula of Black and Scholes, and Heston's model.

    python examples/programs/option_greeks.py

Under Heston's model the variance of the price is itself random. The price is an integral over the
characteristic function, computed with complex numbers; its greeks come from the same call as
those of the closed formula.
"""

import math

import numpy as np

from sourcead import grad, value_and_grad


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def black_scholes(spot, vol, rate, years, strike, kind="call"):
    """Price of a European option."""
    total_vol = vol * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * years) / total_vol
    d2 = d1 - total_vol
    discounted = strike * math.exp(-rate * years)
    if kind == "call":
        return spot * normal_cdf(d1) - discounted * normal_cdf(d2)
    elif kind == "put":
        return discounted * normal_cdf(-d2) - spot * normal_cdf(-d1)
    raise ValueError(f"neither a call nor a put: {kind}")


def characteristic(u, spot, rate, years, heston):
    """Of the logarithm of the price at expiry (the form of Albrecher and others)."""
    v0, kappa, theta, sigma, rho = heston
    beta = kappa - 1j * rho * sigma * u
    d = np.sqrt(beta**2 + sigma**2 * (1j * u + u**2))
    g = (beta - d) / (beta + d)
    decay = np.exp(-d * years)
    drift = 1j * u * (np.log(spot) + rate * years)
    level = kappa * theta / sigma**2
    mean = level * ((beta - d) * years - 2.0 * np.log((1.0 - g * decay) / (1.0 - g)))
    return np.exp(drift + mean + v0 / sigma**2 * (beta - d) * (1.0 - decay) / (1.0 - g * decay))


def heston_call(spot, rate, heston, years, strike, points=200, cutoff=200.0):
    """Price of a European call by the integral of Lewis, with the midpoint rule."""
    du = cutoff / points
    u = (np.arange(points) + 0.5) * du
    phi = characteristic(u - 0.5j, spot, rate, years, heston)
    integrand = np.real(np.exp(-1j * u * np.log(strike)) * phi) / (u**2 + 0.25)
    discount = np.exp(-rate * years)
    return spot - np.sqrt(strike) * discount / np.pi * np.sum(integrand) * du


def main() -> dict[str, float]:
    """Print the greeks of both models; return those of the closed formula."""
    slope = value_and_grad(black_scholes, wrt=("spot", "vol", "rate", "years"))
    delta = grad(black_scholes, wrt="spot")
    greeks = {}
    for kind in "call", "put":
        price, bars = slope(100.0, 0.2, 0.05, 0.5, 105.0, kind=kind)
        for name, value in zip(("delta", "vega", "rho", "theta"), bars, strict=True):
            greeks[f"{name} of the {kind}"] = value
        print(f"{kind}: {price:.4f}")
    greeks["gamma"] = grad(lambda spot: delta(spot, 0.2, 0.05, 0.5, 105.0))(100.0)
    for name, value in greeks.items():
        print(f"    {name:18}{value:9.4f}")

    heston = np.array([0.04, 1.5, 0.05, 0.6, -0.7])
    slope = value_and_grad(heston_call, wrt=("spot", "rate", "heston"))
    price, (delta_bar, rho_bar, heston_bar) = slope(100.0, 0.05, heston, 0.5, 105.0)
    print(f"under Heston: {price:.4f}, delta {delta_bar:.4f}, rho {rho_bar:.4f}")
    for name, value in zip(("v0", "kappa", "theta", "sigma", "rho"), heston_bar, strict=True):
        print(f"    with respect to {name:6}{value:9.4f}")
    return greeks


if __name__ == "__main__":
    main()
