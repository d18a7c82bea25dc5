"""Made-up result files for the tests."""
import results

GRID = [0.9, 0.8, 0.7]


def record(method, points, seed=0, without=(), network="net", shares=GRID, build="b1"):
    """A result file's content; points are (kept share, loss, standard error, top-1 after, of 0.9 before)."""
    return {
        "network": network, "without": list(without), "shares": list(shares), "arguments": [], "build": build,
        "report": {
            "method": method, "optimize": "size", "seed": seed, "version": "1.0", "seconds": {"total": 10.0}, "original": {"macs": 200},
            "points": [
                {"keptShare": kept, "macs": 100, "metric": {"before": 0.9, "after": top1, "name": "top-1"},
                 "loss": {"certify": {"difference": loss, "standardError": error}}}
                for kept, loss, error, top1 in points]}}


def runs(*records):
    """The runs that result files describe."""
    return [results.run_of(one) for one in records]
