import math

import numpy as np

TWO_BY_ROOT_PI = 1.1283791670955126


def black_scholes_grad(spot, vol, rate, years, strike, kind="call"):
    """Price of a European option."""
    # forward
    root_years = math.sqrt(years)
    total_vol = vol * root_years
    spot_ratio = spot / strike
    rate_sum = rate + 0.5 * vol**2
    d1 = (math.log(spot_ratio) + rate_sum * years) / total_vol
    d2 = d1 - total_vol
    discounted_pre = math.exp(-rate * years)
    discounted = strike * discounted_pre
    root = math.sqrt(2.0)
    d2_ratio = -d2 / root
    d1_ratio = -d1 / root
    # reverse
    # return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))
    d1_bar = 0.5 * spot * TWO_BY_ROOT_PI * math.exp(-d1_ratio * d1_ratio) / root
    prod = 0.5 * discounted * TWO_BY_ROOT_PI
    total_vol_bar = prod * math.exp(-d2_ratio * d2_ratio) / root
    # discounted = strike * math.exp(-rate * years)
    prod_2 = 0.5 * (1.0 + math.erf(d2_ratio)) * strike * discounted_pre
    # d2 = d1 - total_vol
    d1_bar -= total_vol_bar
    # d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * years) / total_vol
    d1_bar_ratio = d1_bar / total_vol
    total_vol_bar -= d1_bar_ratio * d1
    d1_bar_ratio_prod = d1_bar_ratio * years
    rate_bar = d1_bar_ratio_prod - prod_2 * years
    vol_bar = d1_bar_ratio_prod * vol
    spot_bar = d1_bar_ratio / spot_ratio / strike - 0.5 * (1.0 + math.erf(d1_ratio))
    # total_vol = vol * math.sqrt(years)
    vol_bar += total_vol_bar * root_years
    vol_prod = 0.5 * total_vol_bar * vol
    years_bar = (
        d1_bar_ratio * rate_sum
        - prod_2 * rate
        + vol_prod / (root_years if root_years else np.float64(root_years))
    )
    return spot_bar, vol_bar, rate_bar, years_bar
