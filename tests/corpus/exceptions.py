"""`try`: the path that was taken is the one that is differentiated."""

import numpy as np

from tests.corpus.registry import array, case, floats

LIMITS = {"low": 0.2}


class TooSmall(ValueError):
    pass


def root_above_one(v):
    if v < 1.0:
        raise TooSmall(f"{v} is below one")
    return np.sqrt(v - 0.5)


def cholesky_or_power(x):
    try:
        factor = np.linalg.cholesky(np.outer(x, x) + np.diag(x))
        y = np.sum(factor)
    except np.linalg.LinAlgError:
        y = np.sum(x**3)
    return y * x[0]


def earlier_value_kept(x):
    y = x[0] * 2.0
    try:
        y = float(np.linalg.cholesky(np.outer(x, x) + np.diag(x))[0, 0])
    except np.linalg.LinAlgError:
        pass
    return y * x[1]


def return_from_the_block(x):
    try:
        return np.sum(np.linalg.solve(np.outer(x, x) + np.eye(len(x)), x))
    except np.linalg.LinAlgError:
        pass
    return np.sum(x)


def return_from_the_handler(x):
    try:
        factor = np.linalg.cholesky(np.outer(x, x) + np.diag(x))
    except np.linalg.LinAlgError:
        return np.sum(x**2)
    return np.sum(factor)


def another_exception(x):
    try:
        factor = np.linalg.cholesky(np.outer(x, x) + np.eye(len(x)))
    except np.linalg.LinAlgError as error:
        raise ValueError("not positive definite") from error
    return np.sum(factor**2)


def only_a_test(x):
    a = np.outer(x, x) + np.diag(x)
    try:
        np.linalg.cholesky(a)
        definite = True
    except np.linalg.LinAlgError:
        definite = False
    return np.sum(np.sin(x)) if definite else np.sum(x * x)


def writes_in_both(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        try:
            if x[i] > 0.5:
                raise ValueError("large")
            out[i] = x[i] ** 2
        except ValueError:
            out[i] = 3.0 * x[i]
    return np.sum(out * x)


def jitter_until_definite(x):
    jitter = 1e-2
    a = np.outer(x, x) + np.diag(x)
    for _ in range(12):
        try:
            factor = np.linalg.cholesky(a + jitter * np.eye(len(x)))
            break
        except np.linalg.LinAlgError:
            jitter = jitter * 4.0
    return np.sum(factor * jitter)


def with_else(x):
    try:
        factor = np.linalg.cholesky(np.outer(x, x) + np.diag(x))
    except np.linalg.LinAlgError:
        y = np.sum(x)
    else:
        y = np.sum(factor)
        y = y * x[0]
    return y


def several_handlers(x):
    try:
        if x[0] < -0.7:
            raise KeyError("low")
        if x[0] > 0.7:
            raise IndexError("high")
        y = np.sin(x[0])
    except KeyError:
        y = x[1] * 2.0
    except (IndexError, ZeroDivisionError):
        y = x[2] * x[0]
    else:
        y = y * x[1]
    return y * x[2]


def own_exception_from_a_call(x):
    total = 0.0
    for v in x:
        try:
            total += root_above_one(v + 1.0)
        except TooSmall:
            total -= v * v
    return total


def list_in_both(x):
    parts = []
    for v in x:
        try:
            parts.append(root_above_one(v + 1.0))
        except ValueError:
            parts.append(v * 0.1)
    return sum(parts) * x[0]


def nested_attempts(x):
    a = np.outer(x, x)
    try:
        try:
            factor = np.linalg.cholesky(a + np.diag(x))
        except np.linalg.LinAlgError:
            factor = np.linalg.cholesky(a + np.diag(x + 0.5))
        y = np.sum(factor)
    except (ValueError, ArithmeticError):
        y = np.sum(np.sin(x))
    return y


def cleanup(x):
    depth = 0
    try:
        y = np.sum(np.linalg.inv(np.outer(x, x) + np.eye(len(x))))
    finally:
        depth += 1
    return y * depth


def cleanup_in_a_loop(x):
    s = 0.0
    for v in x:
        try:
            if v > 1.0:
                break
            if v < -1.0:
                continue
            s = s + np.sqrt(v + 1.5)
        finally:
            s = s * 2.0
    return s


def import_that_fails(x):
    try:
        import a_package_that_nobody_has as fast

        y = fast.total(x)
    except ImportError:
        y = np.sum(x * x)
    return y


def missing_attribute(x):
    try:
        integral = np.trapezoidal_rule
    except AttributeError:
        integral = np.sum
    return integral(x * x)


def missing_key(x):
    try:
        limit = LIMITS["high"]
    except KeyError:
        limit = x[0]
    return limit * x[1]


def failed_assertion(x):
    try:
        assert x > 0.3, "too small"
        y = x**2
    except AssertionError:
        y = np.exp(x)
    return y


def while_until_stopped(x):
    k, y = 0, x
    while True:
        try:
            if k > 3:
                raise StopIteration
            y = np.sin(y) + 0.3 * x
            k += 1
        except StopIteration:
            break
    return y


def division_by_zero(x):
    s = 0.0
    for k in range(3):
        try:
            s += x / k
        except ZeroDivisionError:
            s += x * x
    return s


def shrinking(x, n):
    try:
        if n == 0:
            raise StopIteration
        return shrinking(x * 0.9, n - 1)
    except StopIteration:
        return x * x


def recursive_attempts(x):
    return shrinking(x, 3)


POSITIVE = array(3, low=0.2, high=1.5)
NEGATIVE = array(3, low=-1.5, high=-0.3)
MIXED = array(3)


def small_root(v):
    if v > 0.6:
        raise ValueError("too large")
    return v * v


def kept_where_a_turn_is_left(x):
    v, t = x[0], 0.0
    for a in x:
        if a > 0.4:
            t = t + a
        try:
            t = t + small_root(a)
        except ValueError:
            continue
        v = a * t
    return v


def kept_where_a_loop_is_left(x):
    v, t = x[0], 1.0
    for a in x:
        try:
            if a > 0.5:
                break
        finally:
            if a > 0.2:
                t = t * a
        v = a * t
    return v * t


def kept_where_nothing_else_follows(x):
    v, t = x[0], 1.0
    for a in x:
        try:
            t = t * a
        except ValueError:
            pass
        else:
            continue
        finally:
            if a > 0.4:
                t = t + a
        v = 0.7 * a
    return v * t


def kept_where_a_pattern_leaves(x):
    v, t = x[0], 1.0
    for a in x:
        if a > 0.2:
            t = t + a
        match int(a > 0.4):
            case 1:
                continue
            case _:
                if a > 0.1:
                    t = t * a
        v = a * t
    return v


CASES = [
    case(cholesky_or_power, POSITIVE, NEGATIVE),
    case(earlier_value_kept, POSITIVE, NEGATIVE),
    case(return_from_the_block, MIXED),
    case(return_from_the_handler, POSITIVE, NEGATIVE),
    case(another_exception, MIXED),
    case(only_a_test, POSITIVE, NEGATIVE),
    case(writes_in_both, array(5)),
    case(jitter_until_definite, POSITIVE, NEGATIVE),
    case(with_else, POSITIVE, NEGATIVE),
    case(several_handlers, array(3, low=-0.6, high=0.6), array(3, low=0.8), NEGATIVE),
    case(own_exception_from_a_call, array(5)),
    case(list_in_both, array(5)),
    case(nested_attempts, POSITIVE, NEGATIVE, array(3, low=-0.3, high=-0.1)),
    case(cleanup, MIXED),
    case(cleanup_in_a_loop, array(6, low=-1.4, high=1.2), array(4, low=-0.5, high=0.5)),
    case(import_that_fails, MIXED),
    case(missing_attribute, MIXED),
    case(missing_key, MIXED),
    case(failed_assertion, floats(0.7), floats(-0.4)),
    case(while_until_stopped, floats(0.7)),
    case(division_by_zero, floats(0.7)),
    case(recursive_attempts, floats(0.7)),
    *(
        case(f, array(3, low=0.1), array(4, low=0.1))
        for f in (
            kept_where_a_turn_is_left,
            kept_where_a_loop_is_left,
            kept_where_nothing_else_follows,
            kept_where_a_pattern_leaves,
        )
    ),
]
