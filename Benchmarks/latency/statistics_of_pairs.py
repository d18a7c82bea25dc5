"""What pairs of times say: how much of the time is kept, how sure that is, and how that compares with what is kept of the arithmetic."""
import math
import statistics

# Of few pairs the error is not known well.
FEWEST_PAIRS = 15


def median_with_error(values):
    """(median, its standard error): sqrt(pi / 2) sigma / sqrt(n), where 1.4826 times the median absolute deviation stands for sigma. So single values
    that are far off, as where something else ran, hardly count."""
    center = statistics.median(values)
    deviation = 1.4826 * statistics.median(abs(value - center) for value in values)
    return center, math.sqrt(math.pi / 2) * deviation / math.sqrt(len(values))


def kept(before, after):
    """(share of the time that is kept, its standard error) from times of runs that were made in turn."""
    return median_with_error([second / first for first, second in zip(before, after)])


def is_settled(before, after, relative_error):
    """Whether the share is known well enough."""
    if len(before) < FEWEST_PAIRS:
        return False
    share, error = kept(before, after)
    return error <= relative_error * share


def gain(time_kept, error, operations_kept):
    """(time saved / arithmetic saved, its standard error); None where no arithmetic is saved."""
    saved = 1 - operations_kept
    if saved <= 0:
        return None
    return (1 - time_kept) / saved, error / saved


def verdict(found, target):
    """Of a gain with its standard error: "met", "missed", or "open" where less than one error lies between it and the target."""
    value, error = found
    if abs(value - target) < error:
        return "open"
    return "met" if value >= target else "missed"
