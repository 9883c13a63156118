"""What a `try` block has done before it was interrupted is seen afterwards."""

from contextlib import suppress

import numpy as np

from tests.corpus.registry import array, case


def root(v):
    if v < 0.0:
        raise ValueError("below zero")
    if v > 1.0:
        raise KeyError("above one")
    return np.sqrt(v)


def updated_step_by_step(x):
    s = 1.0
    for v in x:
        try:
            s = s * 2.0 * v
            s = s + root(v)
            s = s + v
        except (ValueError, KeyError):
            s = s - 0.5
    return s * np.sum(x)


def counted_until_it_fails(x):
    count, total = 0, 0.0
    try:
        for v in x:
            total = total + v * v
            count += 1
            total = total + root(v)
    except ValueError:
        total = total * 3.0
    except KeyError:
        pass
    return total * count


def array_written_in_part(x):
    y = x.copy()
    for k in range(len(x)):
        try:
            y[k] = x[k] * x[k]
            y[k] = y[k] + root(x[k])
        except ValueError:
            y[k] *= 3.0
        except KeyError:
            y[k] -= x[0]
        else:
            y[k] += 1.0
    return np.sum(y * y)


def blocks_in_each_other(x):
    a = b = 1.0
    for v in x:
        try:
            a = a + v
            try:
                b = b * v
                b = b + root(v)
            except ValueError:
                b = b * 2.0
                b = b + root(b + 0.8)
            a = a * b
        except (LookupError, ValueError):
            a = a - b
    return a * b


def message_of_the_exception(x):
    s, said = 1.0, ""
    try:
        s = s * x[0]
        s = s * root(x[1])
    except ValueError as error:
        said = str(error)
        s = s * 3.0
    except KeyError:
        s = s + 1.0
    return s * np.sum(x)


def cleaned_up(x):
    s, n = 0.0, 0
    for v in x:
        try:
            s = s + v
            s = s * root(v)
        except (ValueError, KeyError):
            s = s * v
        finally:
            n += 1
            s = s + 0.1 * n
    return s


def matrix_regularised(x):
    a, jitter = np.outer(x, x), 1e-3
    for _ in range(4):
        try:
            a = a + jitter * np.eye(len(x))
            factor = np.linalg.cholesky(a - 0.2 * np.eye(len(x)))
            break
        except np.linalg.LinAlgError:
            jitter = jitter * 30.0
    return np.sum(factor * factor) + np.sum(a) * jitter


def left_by_break_and_return(x):
    last = 1.0
    for v in x:
        try:
            last = last * v
            if last < -0.5:
                return last * x[0]
            last = last + root(v)
            if v < 0.5:
                break
        except ValueError:
            last = last - x[1]
            continue
        except KeyError:
            break
        last = last * 1.5
    return last * last


def joined_before_it_is_left(x):
    seen = [x[0]]

    def step(t):
        try:
            if t > 0.0:
                w = t * 2.0
            else:
                w = t * t
            return t
        finally:
            seen.append(w)

    a, b = float(x[1]), float(x[2])
    try:
        if a > 0.0:
            total = a * 3.0
        else:
            total = a * b
        raise ValueError("always")
    except ValueError:
        total = total * step(a)
    with suppress(ValueError):
        if b > 0.5:
            total = total * b
        else:
            total = total - 1.0
        raise ValueError("again")
    return total + sum(seen)


INSIDE, BELOW, ABOVE = array(3, low=0.1, high=0.9), array(3, low=-1.0, high=0.6), array(3)
CASES = [
    case(f, INSIDE, BELOW, ABOVE)
    for f in (
        updated_step_by_step,
        counted_until_it_fails,
        array_written_in_part,
        blocks_in_each_other,
        message_of_the_exception,
        cleaned_up,
        left_by_break_and_return,
        joined_before_it_is_left,
    )
] + [case(matrix_regularised, array(3))]
