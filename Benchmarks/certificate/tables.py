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


def excesses(record):
    """By what a verdict that passed claims: how far the truth is beyond it, in the truth's standard errors; above 0 is wrong."""
    truth, limits = record["truth"], record["limits"]

    def excess(name, sign, limit):
        return (sign * truth[name]["difference"] - limit) / max(truth[name]["standardError"], 1e-300)

    claims = {}
    if limits["tolerance"] is not None:
        claims["tolerance"] = excess("losses", 1, limits["tolerance"])
    if limits["drop"] is not None:
        claims["drop"] = excess("right", -1, limits["drop"])
    if record["verdict"] in ("better", "lossless"):
        # At each model's own temperature the loss does not rise; or, where that is what was certified, more answers are right.
        rises = any(" rises (" in text for text in record["certified"])
        claims[record["verdict"]] = min([excess("calibrated", 1, 0)] + ([excess("right", -1, 0)] if rises else []))
    return claims


VERDICTS = ("better", "lossless", "acceptable", "not-met")


def summary(records, args):
    """By mode: the counts, the wrong ones among them, and how sure of that the truth's own error leaves one."""
    result = []
    for mode in args.modes:
        own = [record for record in records if record["mode"] == mode]
        passed = [record for record in own if record["verdict"] != "not-met"]
        claims = [excesses(record) for record in passed]
        wrong = [index for index, each in enumerate(claims) if max(each.values()) > 0]

        def mean(values):
            values = list(values)
            return sum(values) / max(len(values), 1)

        result.append({
            "mode": mode, "runs": len(own),
            "verdicts": {name: sum(record["verdict"] == name for record in own) for name in VERDICTS},
            "wrong": {name: sum(passed[index]["verdict"] == name for index in wrong) for name in VERDICTS[:-1]},
            "wrongClaims": {
                name: sum(each.get(name, -1) > 0 for each in claims) for name in ("tolerance", "drop", "better", "lossless")},
            "wrongBeyondDoubt": sum(max(each.values()) > Z95 for each in claims),
            "meanLoss": mean(record["truth"]["losses"]["difference"] for record in passed),
            "meanFall": mean(-record["truth"]["right"]["difference"] for record in passed),
            "meanKept": mean(record["kept"] for record in passed)})
    return result


def verdicts(records, args):
    rows = []
    for row in summary(records, args):
        passed = row["runs"] - row["verdicts"]["not-met"]
        wrong = sum(row["wrong"].values())
        claims = ", ".join(f"{count} {name}" for name, count in row["wrongClaims"].items() if count) or "none"
        rows.append([
            row["mode"], row["runs"], *row["verdicts"].values(), share(wrong, row["runs"]), share(wrong, passed), claims,
            row["wrongBeyondDoubt"], f"{row['meanLoss']:+.4f}", f"{100 * row['meanFall']:+.2f}", f"{row['meanKept']:.3f}"])
    return markdown(
        ["mode", "runs", "better", "lossless", "acceptable", "not met", "wrong, of all runs", "wrong, of those that passed", "wrong claims",
         "wrong beyond doubt", "mean true change of the loss", "mean true fall, points", "mean kept share"], rows)


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
