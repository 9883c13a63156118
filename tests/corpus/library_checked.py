"""Functions of libraries that check, dispatch and look things up before they compute."""

import numpy as np
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.signal
import scipy.spatial.distance as distance
import sklearn.metrics
import sklearn.preprocessing
from numpy.polynomial import Polynomial, legendre
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
from sklearn.metrics import pairwise

from tests.corpus.registry import array, arrays, case


def scores(y, guess):
    squares = sklearn.metrics.mean_squared_error(y, guess)
    pinball = sklearn.metrics.mean_pinball_loss(y, guess)
    return squares * sklearn.metrics.r2_score(y, guess) + pinball


def weighted_score(y, guess, w):
    return sklearn.metrics.mean_squared_error(y, guess, sample_weight=w)


def kernels(x, y):
    return pairwise.rbf_kernel(x, y, gamma=0.4) + pairwise.polynomial_kernel(x, y, degree=2)


def similarities(x, y):
    return pairwise.cosine_similarity(x, y) * pairwise.euclidean_distances(x, y)


def distances_of_a_table(x, y):
    return pairwise.pairwise_distances(x, y, metric="cityblock")


def scaled_table(x):
    return sklearn.preprocessing.scale(x) + sklearn.preprocessing.normalize(x)


def gaussian_process_kernel(x, y):
    smooth = ConstantKernel(2.0) * RBF(1.2) + WhiteKernel(0.1)
    return smooth(x, y) + Matern(0.8, nu=1.5)(x, y)


def pairs(x, y):
    near = distance.cdist(x, y) + distance.cdist(x, y, "sqeuclidean")
    return near * distance.cdist(x, y, "minkowski", p=3) + np.sum(distance.pdist(x, "cosine"))


def table_of_pairs(x):
    return distance.squareform(distance.pdist(x)) ** 2


def polar_factor(a):
    unitary, stretch = scipy.linalg.polar(a)
    return unitary * 2.0 + stretch


def window(x):
    return scipy.signal.windows.hann(6) * x + scipy.signal.windows.gaussian(6, x[0])


def fixed_point(x):
    return scipy.optimize.fixed_point(lambda z: np.cos(z) * x, 0.5)


def newton_root(x):
    return scipy.optimize.newton(lambda z: z**3 - x, 1.0, fprime=lambda z: 3.0 * z**2)


def polynomials(c, d):
    return Polynomial(c)(0.7) + legendre.legval(0.3, d) + np.sum(np.polymul(c, d))


CASES = [
    case(scores, arrays((5,), (5,)), wrt=(0, 1)),
    case(weighted_score, arrays((4,), (4,), (4,), low=0.2), wrt=(0, 1, 2)),
    case(kernels, arrays((4, 3), (2, 3)), wrt=(0, 1)),
    case(similarities, arrays((4, 3), (2, 3)), wrt=(0, 1)),
    case(distances_of_a_table, arrays((4, 3), (2, 3)), wrt=(0, 1)),
    case(scaled_table, array(4, 3)),
    case(gaussian_process_kernel, arrays((4, 3), (2, 3)), wrt=(0, 1)),
    case(pairs, arrays((4, 3), (2, 3)), wrt=(0, 1)),
    case(table_of_pairs, array(3, 2)),
    case(polar_factor, lambda rng: (rng.normal(size=(3, 3)) + 3.0 * np.eye(3),)),
    case(window, array(6, low=0.5)),
    case(fixed_point, lambda rng: (rng.uniform(0.6, 0.9),)),
    case(newton_root, lambda rng: (rng.uniform(1.5, 2.5),)),
    case(polynomials, arrays((4,), (3,)), wrt=(0, 1)),
]
