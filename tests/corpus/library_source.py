"""Functions of SciPy and NumPy that are lowered from their own Python source."""

import numpy as np
import scipy.integrate
import scipy.optimize
import scipy.spatial.distance
from numpy.polynomial import chebyshev, legendre, polynomial

from tests.corpus.registry import array, arrays, case


def banana(x):
    return scipy.optimize.rosen(x)


def banana_slope(x):
    return scipy.optimize.rosen_der(x)


def parabolas(y):
    return scipy.integrate.simpson(y, dx=0.1)


def parabolas_between(y, gaps):
    return scipy.integrate.simpson(y, x=np.cumsum(gaps))


def running_integral(y, gaps):
    return scipy.integrate.cumulative_trapezoid(y, np.cumsum(gaps), initial=0)


def distances(x, y):
    near = scipy.spatial.distance.euclidean(x, y) + scipy.spatial.distance.cosine(x, y)
    far = scipy.spatial.distance.minkowski(x, y, 3) + scipy.spatial.distance.canberra(x, y)
    return near * far + scipy.spatial.distance.braycurtis(x, y)


def series(c, x):
    return chebyshev.chebval(x, c) * legendre.legval(x, c) + polynomial.polyval(x, c)


def product_of_polynomials(c, d):
    return polynomial.polymul(c, d)


CASES = [
    case(banana, array(5), tags="holomorphic"),
    case(banana_slope, array(4), tags="holomorphic"),
    case(parabolas, array(5), array(6)),
    case(parabolas_between, arrays((5,), (5,), low=0.3), wrt=(0, 1)),
    case(running_integral, arrays((5,), (5,), low=0.3), wrt=(0, 1)),
    case(distances, arrays((4,), (4,), low=0.2), wrt=(0, 1)),
    case(series, arrays((4,), (3,)), wrt=(0, 1)),
    case(product_of_polynomials, arrays((4,), (3,)), wrt=(0, 1)),
]
