"""The Markdown tables of what has been measured."""
import statistics_of_pairs as pairs


def share(counts):
    """What is kept."""
    return counts["after"] / counts["before"]


def cell(batch, target):
    """(time kept, time saved / arithmetic saved) of one batch size, as text."""
    if batch.get("fixed"):
        return "fixed at 1", ""
    time, operations = batch["time"], share(batch["operations"])
    found = pairs.gain(time["kept"], time["error"], operations)
    kept = f"{time['kept']:.3f} +- {time['error']:.3f}{'' if time['settled'] else ' (not settled)'}"
    if found is None:
        return kept, "no arithmetic saved"
    text = f"{found[0]:.2f} +- {found[1]:.2f}"
    return kept, {"met": text, "missed": f"**{text}**", "open": f"{text} (?)"}[pairs.verdict(found, target)]


def summary(records):
    """One line for each compressed file. Columns by batch size."""
    sizes = sorted({batch["batch"] for record in records for batch in record["measured"]["batches"]})
    titles = ["network", "method", "`--optimize`", "parameters kept", "MACs kept"]
    titles += [title for size in sizes for title in (f"time kept, batch {size}", f"saved: time / MACs, batch {size}")] + ["target"]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for record in records:
        by_size = {batch["batch"]: batch for batch in record["measured"]["batches"]}
        counted = next(batch for batch in by_size.values() if "operations" in batch)
        cells = [text for size in sizes for text in (cell(by_size[size], record["target"]) if size in by_size else ("", ""))]
        lines.append(" | ".join([
            f"| {record['network']}", record["method"], record["optimize"], f"{share(record['measured']['parameters']):.3f}",
            f"{share(counted['operations']):.3f}", *cells, f"{record['target']:g} |"]))
    return "\n".join(lines) + "\n"


def page(records):
    """The table with its explanation."""
    return (
        "One thread, processor time, original and result in turn, medians of pairs' ratios +- one standard error. *saved: time / MACs* is\n"
        "(1 - time kept) / (1 - MACs kept): 1 where time follows arithmetic. **Bold**: below the target by more than one standard error; (?): within\n"
        "one of it. *Not settled*: time was over before the share was known to the relative error that was asked for.\n\n" + summary(records))


def operators(rows):
    """Where the time of one model goes. `rows`: of `arithmetic.by_kind`."""
    titles = ["operators", "number", "ms", "share", "MACs (M)", "MACs per ns"]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    total = sum(row["ms"] for row in rows)
    for row in rows:
        speed = f"{row['operations'] / row['ms'] / 1e6:.1f}" if row["operations"] else ""
        counted = f"{row['operations'] / 1e6:.1f}" if row["operations"] else ""
        lines.append(f"| {row['kind']} | {row['number']} | {row['ms']:.3f} | {row['ms'] / total:.1%} | {counted} | {speed} |")
    return "\n".join(lines) + "\n"
