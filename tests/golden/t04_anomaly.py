def anomaly_grad(mean, ecc, tol):
    """Newton's method on a quadratic stand-in for Kepler's equation."""
    # forward
    is_less_ecc = ecc < 1e-08
    if not is_less_ecc:
        e = mean
        e_tape = []
        for i in range(50):
            e_tape.append(e)
            ecc_prod = ecc * e
            step = (e - ecc_prod * e * 0.5 - mean) / (1.0 - ecc_prod)
            e = e - step
            if abs(step) < tol:
                break
    # reverse
    if is_less_ecc:
        mean_bar = 1.0
        ecc_bar = 0.0
    else:
        e_bar = 1.0
        mean_bar = ecc_bar = 0.0
        for e in reversed(e_tape):
            ecc_prod = ecc * e
            ecc_prod_diff = 1.0 - ecc_prod
            # step = (e - ecc * e * e * 0.5 - mean) / (1.0 - ecc * e)
            e_bar_ratio = e_bar / ecc_prod_diff
            step = (e - ecc_prod * e * 0.5 - mean) / ecc_prod_diff
            mean_bar += e_bar_ratio
            ratio = 0.5 * e_bar / ecc_prod_diff
            diff = ratio * e - e_bar_ratio * step
            ecc_bar += diff * e
            e_bar = e_bar - e_bar_ratio + ratio * ecc_prod + diff * ecc
        mean_bar += e_bar
    return mean_bar, ecc_bar
