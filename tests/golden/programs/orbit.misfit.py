import numpy as np

SPIN = 7.292115e-05
EARTH = 6378.137
MU = 398600.4418
J2 = 0.00108262668


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def propagate_rev(saved, r, r_2, r_bar, v_bar):
    # reverse
    r_tape, v_tape, h_tape, acceleration_2_saved_tape, acceleration_saved, a_shape = saved
    # while elapsed < seconds:
    a_bar = np.zeros(a_shape)
    for r_in, v, h, acceleration_2_saved in zip(
        reversed(r_tape), reversed(v_tape), reversed(h_tape), reversed(acceleration_2_saved_tape)
    ):
        # v = half + 0.5 * h * a
        half_h = 0.5 * h
        a_bar += half_h * v_bar
        # a = acceleration(r)
        r_bar_2 = acceleration_2_rev(acceleration_2_saved, r_2, a_bar, r_bar)
        # r = r + h * half
        r_bar = unbroadcast(r_bar_2, r_in)
        half_bar = v_bar + r_bar_2 * h
        # half = v + 0.5 * h * a
        v_bar = unbroadcast(half_bar, v)
        a_bar = half_h * half_bar
        r_2 = r_in
    # a = acceleration(r)
    r_bar += acceleration_rev(acceleration_saved, r, a_bar)
    return r_bar, v_bar


def acceleration_rev(saved, r, out_bar):
    # reverse
    distance, factor, flattening_pre, r_prod, flattening_diff = saved
    # return MU / distance**3 * r * (flattening - 1.0)
    flattening_bar = out_bar * r_prod
    summed_r = unbroadcast(out_bar * flattening_diff, r)
    power_distance = distance**3
    ratio = MU / power_distance
    r_bar = summed_r * ratio
    ratio_prod = 3 * (summed_r @ r) / power_distance * ratio
    # flattening = factor * np.array([5.0 * z2 - 1.0, 5.0 * z2 - 1.0, 5.0 * z2 - 3.0])
    factor_prod = factor * flattening_bar
    factor_bar = flattening_bar @ flattening_pre
    distance_ratio = EARTH / distance
    # factor = 1.5 * J2 * (EARTH / distance) ** 2
    prod = 3.0 * factor_bar * J2 * distance_ratio
    prod_2 = prod / distance * distance_ratio
    r_ratio = r[2] / distance
    # z2 = (r[2] / distance) ** 2
    distance_ratio_2 = (
        10.0 * (factor_prod[2] + (factor_prod[0] + factor_prod[1])) * r_ratio / distance
    )
    r_bar[2] += distance_ratio_2
    # distance = np.linalg.norm(r)
    size = distance + (distance == 0)
    r_bar -= (ratio_prod * distance**2 + prod_2 + distance_ratio_2 * r_ratio) / size * r
    return r_bar


def acceleration_2_rev(saved, r, out_bar, r_bar):
    # reverse
    distance, factor, flattening_pre, r_prod, flattening_diff = saved
    # return MU / distance**3 * r * (flattening - 1.0)
    out_bar_prod = out_bar * flattening_diff
    flattening_bar = out_bar * r_prod
    power_distance = distance**3
    ratio = MU / power_distance
    r_bar += out_bar_prod * ratio
    ratio_prod = 3 * (out_bar_prod @ r) / power_distance * ratio
    # flattening = factor * np.array([5.0 * z2 - 1.0, 5.0 * z2 - 1.0, 5.0 * z2 - 3.0])
    factor_prod = factor * flattening_bar
    factor_bar = flattening_bar @ flattening_pre
    distance_ratio = EARTH / distance
    # factor = 1.5 * J2 * (EARTH / distance) ** 2
    prod = 3.0 * factor_bar * J2 * distance_ratio
    prod_2 = prod / distance * distance_ratio
    r_ratio = r[2] / distance
    # z2 = (r[2] / distance) ** 2
    distance_ratio_2 = (
        10.0 * (factor_prod[2] + (factor_prod[0] + factor_prod[1])) * r_ratio / distance
    )
    r_bar[2] += distance_ratio_2
    # distance = np.linalg.norm(r)
    size = distance + (distance == 0)
    r_bar -= (ratio_prod * distance**2 + prod_2 + distance_ratio_2 * r_ratio) / size * r
    return r_bar


def propagate_fwd(r, v, seconds, longest):
    """Velocity Verlet, in steps not longer than `longest`."""
    a, acceleration_saved = acceleration_fwd(r)
    a_shape = a.shape
    elapsed = 0.0
    r_tape = []
    v_tape = []
    h_tape = []
    acceleration_2_saved_tape = []
    while elapsed < seconds:
        r_tape.append(r)
        v_tape.append(v)
        h = min(longest, seconds - elapsed)
        h_tape.append(h)
        half_h = 0.5 * h
        half = v + half_h * a
        r = r + h * half
        a, acceleration_2_saved = acceleration_fwd(r)
        acceleration_2_saved_tape.append(acceleration_2_saved)
        v = half + half_h * a
        elapsed += h
    return r, v, (r_tape, v_tape, h_tape, acceleration_2_saved_tape, acceleration_saved, a_shape)


def acceleration_fwd(r):
    """Central force and that of the flattening."""
    distance = np.linalg.norm(r)
    z2 = (r[2] / distance) ** 2
    factor = 1.5 * J2 * (EARTH / distance) ** 2
    z2_prod = 5.0 * z2
    z2_prod_diff = z2_prod - 1.0
    flattening_pre = np.array([z2_prod_diff, z2_prod_diff, z2_prod - 3.0])
    flattening = factor * flattening_pre
    r_prod = MU / distance**3 * r
    flattening_diff = flattening - 1.0
    return r_prod * flattening_diff, (distance, factor, flattening_pre, r_prod, flattening_diff)


def misfit_grad(state, station, times, measured, sigma=(0.05, 0.0001, 0.0001)):
    """Half the sum of squared errors, each in units of its accuracy."""
    # forward
    sigma_0, sigma_1, sigma_2 = sigma
    r = state[:3]
    v = state[3:]
    if len(measured) != len(times):
        raise ValueError("zip() argument 2 is not as long as argument 1")
    t = 0.0
    r_tape = []
    up_tape = []
    east_tape = []
    north_tape = []
    distance_tape = []
    d_prod_tape = []
    d_prod_2_tape = []
    arctan2_d_prod_tape = []
    distance_ratio_tape = []
    arcsin_tape = []
    propagate_saved_tape = []
    for now, values in zip(times, measured):
        r_tape.append(r)
        r, v, propagate_saved = propagate_fwd(r, v, now - t, 20.0)
        propagate_saved_tape.append(propagate_saved)
        theta = station.longitude + SPIN * now
        slat = np.sin(station.latitude)
        clat = np.cos(station.latitude)
        slon = np.sin(theta)
        clon = np.cos(theta)
        up = np.array([clat * clon, clat * slon, slat])
        up_tape.append(up)
        east = np.array([-slon, clon, 0.0])
        east_tape.append(east)
        north_pre = -slat
        north = np.array([north_pre * clon, north_pre * slon, clat])
        north_tape.append(north)
        d = r - EARTH * up
        distance = np.sqrt(np.sum(d * d))
        distance_tape.append(distance)
        d_prod = d @ east
        d_prod_tape.append(d_prod)
        d_prod_2 = d @ north
        d_prod_2_tape.append(d_prod_2)
        arctan2_d_prod_tape.append(np.arctan2(d_prod, d_prod_2))
        distance_ratio = d @ up / distance
        distance_ratio_tape.append(distance_ratio)
        arcsin_tape.append(np.arcsin(distance_ratio))
        if len(values) != 3:
            raise ValueError("zip() argument 2 is not as long as argument 1")
        t = now
    # reverse
    r_bar = np.zeros_like(r)
    v_bar = np.zeros_like(v)
    for (
        values,
        r_in,
        up,
        east,
        north,
        distance,
        d_prod,
        d_prod_2,
        arctan2_d_prod,
        distance_ratio,
        arcsin,
        propagate_saved,
    ) in zip(
        reversed(measured),
        reversed(r_tape),
        reversed(up_tape),
        reversed(east_tape),
        reversed(north_tape),
        reversed(distance_tape),
        reversed(d_prod_tape),
        reversed(d_prod_2_tape),
        reversed(arctan2_d_prod_tape),
        reversed(distance_ratio_tape),
        reversed(arcsin_tape),
        reversed(propagate_saved_tape),
    ):
        items_distance = [distance, arctan2_d_prod, arcsin]
        items_sigma_0 = [sigma_0, sigma_1, sigma_2]
        predicted_bars = []
        for predicted, value, s in zip(
            reversed(items_distance), reversed(values), reversed(items_sigma_0)
        ):
            # total += 0.5 * ((predicted - value) / s) ** 2
            predicted_bar = (predicted - value) / s / s
            predicted_bars.append(predicted_bar)
        # for predicted, value, s in zip(station.observe(r, now), values, sigma, strict=True):
        distance_bar = predicted_bars[::-1][0]
        bars_1 = predicted_bars[::-1][1]
        bars_2 = predicted_bars[::-1][2]
        # return distance, np.arctan2(d @ east, d @ north), np.arcsin(d @ up / distance)
        distance_ratio_2 = bars_2 / np.sqrt(1 - distance_ratio * distance_ratio) / distance
        distance_bar -= distance_ratio_2 * distance_ratio
        d_bar = distance_ratio_2 * up
        r_2 = np.hypot(d_prod, d_prod_2)
        d_bar -= bars_1 * (d_prod / r_2 / r_2) * north
        d_bar += bars_1 * (d_prod_2 / r_2 / r_2) * east
        # distance = np.sqrt(np.sum(d * d))
        distance_sum = distance + (distance == 0)
        distance_sum_ratio = 0.5 * distance_bar / distance_sum
        d = r - EARTH * up
        d_bar += 2.0 * unbroadcast(np.broadcast_to(distance_sum_ratio, up.shape) * d, d)
        # d = r - EARTH * up
        r_bar += unbroadcast(d_bar, r)
        # r, v = propagate(r, v, now - t)
        r_bar, v_bar = propagate_rev(propagate_saved, r_in, r, r_bar, v_bar)
        r = r_in
    # r, v = state[:3], state[3:]
    state_bar = np.zeros_like(state)
    state_bar[3:] = v_bar
    state_bar[:3] = r_bar
    return state_bar
