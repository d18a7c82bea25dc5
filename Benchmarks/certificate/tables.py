"""Tables of what was counted."""
import json

from intervals import Z95, clopper_pearson


def write(stem, record, text):
    """`stem`.json and `stem`.md, and the text to standard output."""
    stem.with_suffix(stem.suffix + ".json").write_text(json.dumps(record, indent=1) + "\n")
    stem.with_suffix(stem.suffix + ".md").write_text(text + "\n")
    print(text)


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def share(hits, trials):
    if trials == 0:
        return "none"
    low, high = clopper_pearson(hits, trials)
    return f"{hits} of {trials}: {100 * hits / trials:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def summary(records, args):
    """By mode: the counts, the wrong ones among them, and how sure of that the truth's own error leaves one."""
    result = []
    for mode in args.modes:
        own = [record for record in records if record["mode"] == mode]
        tolerance = args.tolerance if mode == "tolerance" else 0.0
        passed = [record for record in own if record["verdict"] in ("better", "lossless")]
        excess = [(record["truth"]["difference"] - tolerance) / max(record["truth"]["standardError"], 1e-300) for record in passed]
        wrong = [index for index, value in enumerate(excess) if value > 0]
        result.append({
            "mode": mode, "tolerance": tolerance, "runs": len(own),
            "verdicts": {name: sum(record["verdict"] == name for record in own) for name in ("better", "lossless", "not-met")},
            "wrong": {name: sum(passed[index]["verdict"] == name for index in wrong) for name in ("better", "lossless")},
            "wrongBeyondDoubt": sum(value > Z95 for value in excess),
            "meanTruth": sum(record["truth"]["difference"] for record in passed) / max(len(passed), 1),
            "truthStandardError": max((record["truth"]["standardError"] for record in passed), default=None),
            "meanKept": sum(record["kept"] for record in passed) / max(len(passed), 1)})
    return result


def verdicts(records, args):
    rows = []
    for row in summary(records, args):
        passed = row["verdicts"]["better"] + row["verdicts"]["lossless"]
        wrong = sum(row["wrong"].values())
        rows.append([
            row["mode"], row["runs"], *row["verdicts"].values(), share(wrong, row["runs"]), share(wrong, passed), row["wrongBeyondDoubt"],
            f"{row['meanTruth']:+.4f}", f"{row['truthStandardError'] or 0:.4f}", f"{row['meanKept']:.3f}"])
    return markdown(
        ["mode", "runs", "better", "lossless", "not met", "wrong, of all runs", "wrong, of those that passed", "wrong beyond doubt",
         "mean true change", "its s.e. at most", "mean kept share"], rows)


def characteristic(measured):
    """The table of the second part, and the models that it rests on."""
    rules = list(measured["rows"][0]["rules"])
    rows = []
    for row in measured["rows"]:
        cells = []
        for name in rules:
            own = row["rules"][name]
            low, high = clopper_pearson(own["chosen"], row["resamples"])
            cells.append(
                f"{100 * own['mean']:.1f}, {100 * own['worst']:.1f}; {100 * own['chosen'] / row['resamples']:.1f} "
                f"({100 * low:.1f} to {100 * high:.1f})")
        rows.append([row["samples"], "0+" if row["multiple"] == 0 else row["multiple"], *cells])
    models = [[entry["model"], f"{entry['mean']:+.4f}", f"{entry['deviation']:.3f}", f"{entry['skewness']:+.1f}"] for entry in measured["models"]]
    return markdown(["n", "truth, in s.e. above 0", *rules], rows) + "\n\n" + markdown(
        ["model", "true change", "standard deviation of a sample's change", "skewness"], models)
