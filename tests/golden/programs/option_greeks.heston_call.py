import numpy as np


def characteristic_rev(saved, u, spot, years, out, out_bar):
    # reverse
    (
        v0,
        kappa,
        theta,
        sigma,
        rho,
        beta,
        d_pre_2,
        d_pre_3,
        d,
        g_pre,
        g_pre_2,
        g,
        decay,
        level,
        mean_pre,
        mean_pre_2,
        mean_pre_3,
        mean_pre_4,
        g_pre_prod,
        decay_diff,
        mean_pre_ratio,
        heston_shape,
    ) = saved
    # return np.exp(drift + mean + v0 / sigma**2 * (beta - d) * (1.0 - decay) / (1.0 - g * decay))
    drift_bar = out_bar * out
    drift_bar_ratio = drift_bar / mean_pre
    prod = drift_bar_ratio * decay_diff
    d_pre = sigma**2
    v0_ratio = v0 / d_pre
    v0_bar = np.real(np.sum(prod * g_pre)) / d_pre
    # mean = level * ((beta - d) * years - 2.0 * np.log((1.0 - g * decay) / (1.0 - g)))
    drift_bar_prod = drift_bar * level
    level_bar = np.real(np.sum(drift_bar * mean_pre_4))
    mean_pre_2_ratio = 2.0 * drift_bar_prod / mean_pre_3 / mean_pre_2
    sum_2 = drift_bar_ratio * mean_pre_ratio + mean_pre_2_ratio
    g_bar = sum_2 * decay - mean_pre_2_ratio * mean_pre_3
    decay_bar = sum_2 * g - drift_bar_ratio * g_pre_prod
    # level = kappa * theta / sigma**2
    level_bar_ratio = level_bar / d_pre
    kappa_bar = level_bar_ratio * theta
    theta_bar = level_bar_ratio * kappa
    # drift = 1j * u * (np.log(spot) + rate * years)
    real = np.real(np.sum(drift_bar * d_pre_2))
    rate_bar = real * years
    spot_bar = real / (spot if spot else np.float64(spot))
    # g = (beta - d) / (beta + d)
    g_bar_ratio = g_bar / g_pre_2
    g_bar_ratio_prod = g_bar_ratio * g
    g_bar_ratio_sum = prod * v0_ratio + drift_bar_prod * years + g_bar_ratio
    beta_bar = g_bar_ratio_sum - g_bar_ratio_prod
    sum_3 = decay_bar * decay * years + g_bar_ratio_prod + g_bar_ratio_sum
    # d = np.sqrt(beta**2 + sigma**2 * (1j * u + u**2))
    minus = -np.sum(0.5 * sum_3 / d * d_pre_3)
    sigma_bar = 2 * (np.real(minus) - (v0_bar * v0_ratio + level_bar_ratio * level)) * sigma
    beta_bar -= sum_3 / d * beta
    # beta = kappa - 1j * rho * sigma * u
    kappa_bar += np.real(np.sum(beta_bar))
    sum_4 = np.sum(beta_bar * u)
    sigma_bar += np.real(-(sum_4 * (1.0j * rho)))
    rho_bar = np.real(-(sum_4 * sigma * 1.0j))
    # v0, kappa, theta, sigma, rho = heston
    heston_bar = np.zeros(heston_shape)
    heston_bar[4] = rho_bar
    heston_bar[3] = sigma_bar
    heston_bar[2] = theta_bar
    heston_bar[1] = kappa_bar
    heston_bar[0] = v0_bar
    return spot_bar, rate_bar, heston_bar


def characteristic_fwd(u, spot, rate, years, heston):
    """Of the logarithm of the price at expiry (the form of Albrecher and others)."""
    v0, kappa, theta, sigma, rho = heston
    beta = kappa - 1.0j * rho * sigma * u
    d_pre = sigma**2
    d_pre_2 = 1.0j * u
    d_pre_3 = d_pre_2 + u**2
    d = np.sqrt(beta**2 + d_pre * d_pre_3)
    g_pre = beta - d
    g_pre_2 = beta + d
    g = g_pre / g_pre_2
    decay = np.exp(-d * years)
    drift = d_pre_2 * (np.log(spot) + rate * years)
    level = kappa * theta / d_pre
    mean_pre = 1.0 - g * decay
    mean_pre_2 = 1.0 - g
    mean_pre_3 = mean_pre / mean_pre_2
    mean_pre_4 = g_pre * years - 2.0 * np.log(mean_pre_3)
    mean = level * mean_pre_4
    g_pre_prod = v0 / d_pre * g_pre
    decay_diff = 1.0 - decay
    mean_pre_ratio = g_pre_prod * decay_diff / mean_pre
    return np.exp(drift + mean + mean_pre_ratio), (
        v0,
        kappa,
        theta,
        sigma,
        rho,
        beta,
        d_pre_2,
        d_pre_3,
        d,
        g_pre,
        g_pre_2,
        g,
        decay,
        level,
        mean_pre,
        mean_pre_2,
        mean_pre_3,
        mean_pre_4,
        g_pre_prod,
        decay_diff,
        mean_pre_ratio,
        heston.shape,
    )


def heston_call_grad(spot, rate, heston, years, strike, points=200, cutoff=200.0):
    """Price of a European call by the integral of Lewis, with the midpoint rule."""
    # forward
    du = cutoff / points
    u = (np.arange(points) + 0.5) * du
    phi_pre = u - 0.5j
    phi, characteristic_saved = characteristic_fwd(phi_pre, spot, rate, years, heston)
    integrand_pre = np.exp(-1.0j * u * np.log(strike))
    integrand_pre_2 = u**2 + 0.25
    integrand = np.real(integrand_pre * phi) / integrand_pre_2
    discount = np.exp(-rate * years)
    root_strike = np.sqrt(strike)
    # reverse
    # discount = np.exp(-rate * years)
    rate_bar = du * np.sum(integrand) / np.pi * root_strike * discount * years
    # integrand = np.real(np.exp(-1j * u * np.log(strike)) * phi) / (u**2 + 0.25)
    phi_bar = (-(du * (root_strike * discount / np.pi) / integrand_pre_2)).astype(
        np.complex128
    ) * integrand_pre
    # phi = characteristic(u - 0.5j, spot, rate, years, heston)
    spot_bar, rate_bar_2, heston_bar = characteristic_rev(
        characteristic_saved, phi_pre, spot, years, phi, phi_bar
    )
    spot_bar = 1.0 + spot_bar
    rate_bar += rate_bar_2
    return spot_bar, rate_bar, heston_bar
