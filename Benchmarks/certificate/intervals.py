"""Intervals and bounds, without scipy."""
import math

import numpy

Z95, Z98 = 1.6448536269514722, 2.0537489106318225


def clopper_pearson(hits, trials, confidence=0.95):
    """The exact two-sided interval of a share; (0, 1) where nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2

    def at_most(count, share):
        """P(X <= count) of a binomial variable."""
        if share <= 0 or share >= 1:
            return 1.0 if share <= 0 or count >= trials else 0.0
        return sum(
            math.exp(
                math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * math.log(share)
                + (trials - k) * math.log1p(-share))
            for k in range(count + 1))

    def solve(condition):
        """The share up to which the condition holds."""
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if condition(middle) else (low, middle)
        return low

    lower = 0.0 if hits == 0 else solve(lambda share: 1 - at_most(hits - 1, share) < tail)
    upper = 1.0 if hits == trials else solve(lambda share: at_most(hits, share) > tail)
    return lower, upper


def student(z, degrees):
    """The quantile of Student's distribution where the normal one is `z`, by the expansion that `jointrank` uses
    (StudentDistribution), for three degrees of freedom and more."""
    return (z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3))


def student95(degrees):
    return student(Z95, degrees)


def student98(degrees):
    return student(Z98, degrees)


def mean_and_error(differences):
    """Along the last axis: the mean and its standard error."""
    count = differences.shape[-1]
    return differences.mean(axis=-1), differences.std(axis=-1, ddof=1) / numpy.sqrt(count)
