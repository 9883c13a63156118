"""Particles, networks, filters and transforms."""

import numpy as np


def nbody(xp, position, velocity, mass, softening, dt, steps):
    def attract(position):
        apart = position[None, :] - position[:, None]
        distance2 = xp.sum(apart * apart, axis=2) + softening**2
        return xp.sum((mass * distance2**-1.5)[:, :, None] * apart, axis=1)

    def body(t, state):
        position, velocity, pull = state
        velocity = velocity + 0.5 * dt * pull
        position = position + dt * velocity
        pull = attract(position)
        return position, velocity + 0.5 * dt * pull, pull

    state = (position, velocity, attract(position))
    position, velocity, _ = xp.loop(0, steps, body, state)
    return 0.5 * xp.sum(mass * xp.sum(velocity**2, axis=1))


def lstm(xp, inputs, wx, wh, bias, target):
    steps, units = target.shape

    def sigmoid(z):
        return 1.0 / (1.0 + xp.exp(-z))

    def body(t, state):
        total, h, c = state
        pre = inputs[t] @ wx + h @ wh + bias
        c = sigmoid(pre[2 * units : 3 * units]) * c
        c = c + sigmoid(pre[:units]) * xp.tanh(pre[units : 2 * units])
        h = sigmoid(pre[3 * units :]) * xp.tanh(c)
        return total + xp.sum((h - target[t]) ** 2), h, c

    start = (0.0, xp.zeros(units), xp.zeros(units))
    return xp.loop(0, steps, body, start)[0] / (steps * units)


def convolution(xp, image, filters, bias):
    outputs, channels, tall, wide = filters.shape
    height, width = image.shape[1] - tall + 1, image.shape[2] - wide + 1
    rows = [image[:, i : i + height, j : j + width] for i in range(tall) for j in range(wide)]
    patches = xp.stack(rows).reshape(tall * wide, channels, height * width)
    taps = filters.reshape(outputs, channels, tall * wide)
    pre = sum(taps[:, c] @ patches[:, c] for c in range(channels)) + bias[:, None]
    out = xp.where(pre > 0.0, pre, 0.0)
    return xp.sum(out * out)


def stockham_fft(xp, re, im, weights):
    n = re.shape[0]
    groups, stride = n // 2, 1
    while groups >= 1:
        angle = np.pi * np.arange(groups) / groups
        c, s = (xp.asarray(f(angle))[:, None] for f in (np.cos, lambda x: -np.sin(x)))
        re, im = re.reshape(2, groups, stride), im.reshape(2, groups, stride)
        d_re, d_im = re[0] - re[1], im[0] - im[1]
        re = xp.stack([re[0] + re[1], c * d_re - s * d_im], 1).reshape(n)
        im = xp.stack([im[0] + im[1], s * d_re + c * d_im], 1).reshape(n)
        groups, stride = groups // 2, stride * 2
    return xp.sum(weights * (re * re + im * im))


def kalman(xp, f, h, q, r, observations):
    n = f.shape[0]

    def body(t, state):
        nll, x, p = state
        before = x
        x = f @ x
        p = f @ p @ f.T + q
        innovation = observations[t] - h @ x
        s = h @ p @ h.T + r
        gain = xp.linalg.solve(s, h @ p).T
        x = x + gain @ innovation
        p = p - gain @ h @ p
        _, logdet = xp.linalg.slogdet(s)
        nll = nll + 0.5 * (logdet + innovation @ xp.linalg.solve(s, innovation))
        return nll + xp.sum((x - before) ** 2) * (t > 0), x, p

    state = (0.0, xp.zeros(n), xp.eye(n))
    return xp.loop(0, observations.shape[0], body, state)[0]


def particle_in_cell(xp, x, v, cells, dt, steps):
    def body(t, state):
        x, v = state
        left = xp.whole(x)
        right = (left + 1) % cells
        share = x - left
        rho = xp.put_add(xp.zeros(cells) - x.shape[0] / cells, left, 1.0 - share)
        rho = xp.put_add(rho, right, share)
        field = xp.concatenate([xp.zeros(1), xp.cumsum(0.5 * (rho[1:] + rho[:-1]), 0)])
        field = field - xp.mean(field)
        v = v + dt * ((1.0 - share) * field[left] + share * field[right])
        return (x + dt * v) % cells, v

    x, v = xp.loop(0, steps, body, (x, v))
    return 0.5 * xp.sum(v * v)


KERNELS = (nbody, lstm, convolution, stockham_fft, kalman, particle_in_cell)
