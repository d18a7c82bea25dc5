"""Made-up result files for the tests."""
import results

GRID = [0.9, 0.8, 0.7]


def point(kept, loss=(0.0, 0.0), calibrated=(0.0, 0.0), top1=(0.0, 0.0), disagreement=0.0):
    """A point of a report; measures are (difference, standard error), top-1 and disagreement as shares."""
    def changed(difference, error, **more):
        return {"difference": difference, "standardError": error, **more}
    return {
        "keptShare": kept, "macs": 100, "disagreement": disagreement,
        "accuracy": changed(*top1, fallUpperBound95=0.25),
        "calibrated": changed(*calibrated, upperBound95=0.5, temperatures={"before": 1.0, "after": 1.5}),
        "loss": {"certify": changed(*loss, upperBound95=0.75)}}


def record(method, points, seed=0, without=(), network="net", shares=GRID, build="b1"):
    """A result file's content."""
    return {
        "network": network, "without": list(without), "shares": list(shares), "arguments": [], "build": build,
        "report": {
            "method": method, "optimize": "size", "seed": seed, "version": "1.0", "seconds": {"total": 10.0}, "original": {"macs": 200},
            "samples": {"certify": 500}, "points": points}}


def runs(*records):
    """The runs that result files describe."""
    return [results.run_of(one) for one in records]
