"""Grids: relaxation, waves, heat, flows, weather."""

IN = slice(1, -1)
IN2 = (IN, IN)
IN3 = (IN, IN, IN)


def jacobi_1d(xp, a, b, steps):
    def body(t, state):
        a, b = state
        b = xp.put(b, IN, (a[:-2] + a[1:-1] + a[2:]) / 3.0)
        a = xp.put(a, IN, (b[:-2] + b[1:-1] + b[2:]) / 3.0)
        return a, b

    a, b = xp.loop(0, steps, body, (a, b))
    return xp.sum(a * a)


def jacobi_2d(xp, u, f, h, steps):
    def body(t, u):
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
        return xp.put(u, IN2, 0.25 * (around - h * h * f[IN2]))

    u = xp.loop(0, steps, body, u)
    return 0.5 * xp.sum(u * u)


def seidel_2d(xp, u, f, h, steps):
    rows, columns = u.shape

    def row(i, u):
        def element(j, u):
            around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
            return xp.put(u, (i, j), 0.25 * (around - h * h * f[i, j]))

        return xp.loop(1, columns - 1, element, u)

    u = xp.loop(0, steps, lambda t, u: xp.loop(1, rows - 1, row, u), u)
    return xp.sum(u * u)


def heat_3d(xp, u, kappa, dt, steps):
    def body(t, u):
        flow = u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] + u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1]
        flow = flow + u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] - 6.0 * u[IN3]
        return xp.put(u, IN3, u[IN3] + dt * kappa * flow)

    u = xp.loop(0, steps, body, u)
    return xp.sum(u * u)


def fdtd_2d(xp, ex, ey, hz, pulse):
    def body(t, state):
        ex, ey, hz = state
        ey = xp.put(ey, 0, pulse[t])
        ey = xp.put(ey, slice(1, None), ey[1:] - 0.5 * (hz[1:] - hz[:-1]))
        right = (slice(None), slice(1, None))
        ex = xp.put(ex, right, ex[right] - 0.5 * (hz[:, 1:] - hz[:, :-1]))
        low = (slice(None, -1), slice(None, -1))
        curl = ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]
        hz = xp.put(hz, low, hz[low] - 0.7 * curl)
        return ex, ey, hz

    ex, ey, hz = xp.loop(0, len(pulse), body, (ex, ey, hz))
    return 0.5 * xp.sum(hz * hz)


def adi(xp, u, ratio, steps):
    n = u.shape[1]

    def half(u):
        explicit = u[1:-1] + 0.5 * ratio * (u[:-2] - 2.0 * u[1:-1] + u[2:])

        def down(j, state):
            upper, out = state
            pivot = 1.0 + ratio - 0.5 * ratio * upper[j - 1]
            upper = xp.put(upper, j, 0.5 * ratio / pivot)
            return upper, xp.put(
                out, (IN, j), (explicit[:, j] + 0.5 * ratio * out[IN, j - 1]) / pivot
            )

        def up(k, out):
            j = n - 2 - k
            return xp.put(out, (IN, j), out[IN, j] + upper[j] * out[IN, j + 1])

        upper, out = xp.loop(1, n - 1, down, (xp.zeros(n), u))
        return xp.loop(0, n - 2, up, out)

    u = xp.loop(0, steps, lambda t, u: half(half(u).T).T, u)
    return xp.sum(u * u)


def carried(w, u, v, nu, dt, h):
    """One component after transport by (u, v), at the inner points."""
    gx = (w[1:-1, 2:] - w[1:-1, :-2]) / (2.0 * h)
    gy = (w[2:, 1:-1] - w[:-2, 1:-1]) / (2.0 * h)
    around = w[1:-1, 2:] + w[1:-1, :-2] + w[2:, 1:-1] + w[:-2, 1:-1]
    return w[IN2] + dt * (nu / h**2 * (around - 4.0 * w[IN2]) - u[IN2] * gx - v[IN2] * gy)


def projected(xp, u, v, p, dt, h, sweeps, close):
    """The velocities less the gradient of a pressure found by Jacobi sweeps."""
    div = (u[1:-1, 2:] - u[1:-1, :-2] + v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h * dt)

    def sweep(q, p):
        around = p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1]
        return close(xp.put(p, IN2, 0.25 * (around - h * h * div)))

    p = xp.loop(0, sweeps, sweep, p)
    u = xp.put(u, IN2, u[IN2] - dt / (2.0 * h) * (p[1:-1, 2:] - p[1:-1, :-2]))
    v = xp.put(v, IN2, v[IN2] - dt / (2.0 * h) * (p[2:, 1:-1] - p[:-2, 1:-1]))
    return u, v, p


def cavity_flow(xp, u, v, p, lid, nu, dt, h, steps, sweeps):
    every = slice(None)

    def close(p):
        p = xp.put(p, (every, 0), p[:, 1])
        p = xp.put(p, (every, -1), p[:, -2])
        return xp.put(xp.put(p, 0, p[1]), -1, 0.0)

    def body(t, state):
        u, v, p = state
        moved = xp.put(u, IN2, carried(u, u, v, nu, dt, h))
        v = xp.put(v, IN2, carried(v, u, v, nu, dt, h))
        u, v, p = projected(xp, moved, v, p, dt, h, sweeps, close)
        return xp.put(u, -1, lid), v, p

    u, v, p = xp.loop(0, steps, body, (u, v, p))
    return 0.5 * xp.sum(u * u + v * v)


def channel_flow(xp, u, v, p, force, nu, dt, h, steps, sweeps):
    every = slice(None)

    def wrap(w):
        w = xp.put(w, (every, 0), w[:, -2])
        return xp.put(w, (every, -1), w[:, 1])

    def close(p):
        return wrap(xp.put(xp.put(p, 0, p[1]), -1, p[-2]))

    def body(t, state):
        u, v, p = state
        moved = wrap(xp.put(u, IN2, carried(u, u, v, nu, dt, h)))
        v = wrap(xp.put(v, IN2, carried(v, u, v, nu, dt, h)))
        moved = xp.put(moved, IN, moved[IN] + dt * force)
        u, v, p = projected(xp, moved, v, p, dt, h, sweeps, close)
        return wrap(u), wrap(v), p

    u, v, p = xp.loop(0, steps, body, (u, v, p))
    flux = h * xp.sum(u[:, 1:-1], axis=0)
    return flux @ flux


def horizontal_diffusion(xp, field, strength):
    inner = field[:, 1:-1, 1:-1]
    lap = 4.0 * inner - field[:, :-2, 1:-1] - field[:, 2:, 1:-1]
    lap = lap - field[:, 1:-1, :-2] - field[:, 1:-1, 2:]
    flux_x = lap[:, 1:-1, 1:] - lap[:, 1:-1, :-1]
    flux_x = xp.where(flux_x * (inner[:, 1:-1, 1:] - inner[:, 1:-1, :-1]) > 0.0, 0.0, flux_x)
    flux_y = lap[:, 1:, 1:-1] - lap[:, :-1, 1:-1]
    flux_y = xp.where(flux_y * (inner[:, 1:, 1:-1] - inner[:, :-1, 1:-1]) > 0.0, 0.0, flux_y)
    out = flux_x[:, :, 1:] - flux_x[:, :, :-1] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    out = field[:, 2:-2, 2:-2] - strength * out
    return xp.sum(out * out)


def vertical_advection(xp, q, w, dz, dt, steps):
    levels = q.shape[0]
    courant = 0.25 * dt / dz

    def step(t, q):
        def down(k, state):
            upper, known = state
            c = courant[k] * w[k]
            pivot = 1.0 + c * upper[k - 1]
            right = q[k] - c * (q[k + 1] - q[k - 1]) + c * known[k - 1]
            return xp.put(upper, k, c / pivot), xp.put(known, k, right / pivot)

        def up(i, x):
            k = levels - 2 - i
            return xp.put(x, k, x[k] - upper[k] * x[k + 1])

        upper, known = xp.loop(1, levels - 1, down, (xp.zeros_like(q), q))
        return xp.loop(0, levels - 2, up, known)

    q = xp.loop(0, steps, step, q)
    return xp.sum(q * q)


def deriche(xp, image, alpha):
    decay = xp.exp(-alpha) if hasattr(alpha, "shape") else xp.exp(xp.zeros(()) - alpha)
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay * decay)
    every = slice(None)

    def rows(x):
        width = x.shape[1]
        near = gain * decay * (alpha - 1.0)
        left = xp.put(xp.zeros_like(x), (every, 0), gain * x[:, 0])
        first = gain * x[:, 1] + near * x[:, 0] + 2.0 * decay * left[:, 0]
        left = xp.put(left, (every, 1), first)

        def causal(j, left):
            back = 2.0 * decay * left[:, j - 1] - decay * decay * left[:, j - 2]
            return xp.put(left, (every, j), gain * x[:, j] + near * x[:, j - 1] + back)

        def anticausal(k, right):
            j = width - 3 - k
            back = 2.0 * decay * right[:, j + 1] - decay * decay * right[:, j + 2]
            ahead = gain * decay * ((alpha + 1.0) * x[:, j + 1] - decay * x[:, j + 2])
            return xp.put(right, (every, j), ahead + back)

        last = gain * decay * (alpha + 1.0) * x[:, width - 1]
        right = xp.put(xp.zeros_like(x), (every, width - 2), last)
        return xp.loop(2, width, causal, left) + xp.loop(0, width - 2, anticausal, right)

    both = rows(rows(image).T).T
    return xp.sum(both * both)


KERNELS = (
    jacobi_1d,
    jacobi_2d,
    seidel_2d,
    heat_3d,
    fdtd_2d,
    adi,
    cavity_flow,
    channel_flow,
    horizontal_diffusion,
    vertical_advection,
    deriche,
)
