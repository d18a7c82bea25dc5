"""Draws one network's methods, test loss against kept share, as an SVG that follows the reader's light or dark scheme."""
import math
import statistics
from xml.sax.saxutils import escape

from results import JOINT

WIDTH, HEIGHT = 780, 470
LEFT, RIGHT, TOP, BOTTOM = 66, 640, 66, 420
LABEL_HEIGHT = 15
# For the other methods, by name; readable on white and on near black.
COLOURS = ["#d95f02", "#1b9e77", "#c2489a", "#8a7fd6", "#a6761d", "#6a9a1f", "#e04f5f", "#5f9ea8"]
STYLE = """
text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #4a5563; }
path, circle { fill: none; stroke-width: 1.5; }
.paper { fill: #ffffff; } .heading { font-size: 16px; font-weight: 600; fill: #17202a; }
.grid { stroke: #e2e6eb; stroke-width: 1; } .zero { stroke: #4a5563; }
.middle { text-anchor: middle; } .end { text-anchor: end; }
.joint { stroke: #0b5cad; stroke-width: 3; } circle.joint { fill: #0b5cad; }
.lead { stroke-width: 1; stroke-dasharray: 1 3; } .key { stroke-width: 3; } .bar { stroke-opacity: 0.6; }
text.joint { fill: #0b5cad; stroke: none; font-weight: 600; }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #b3bcc7; } .paper { fill: #12161b; } .heading { fill: #eef1f5; }
  .grid { stroke: #2c343d; } .zero { stroke: #b3bcc7; }
  .joint { stroke: #6cb2ff; } circle.joint, text.joint { fill: #6cb2ff; }
}
"""


class Axes:
    """Places shares from the original on the left to the smallest on the right, and losses on a scale that is linear near 0.

    The scale is asinh(loss / unit), `unit` being the power of ten next to the usual standard error: differences that cannot be told from
    none take little room, and those of some nats still fit.
    """

    def __init__(self, cells):
        self.unit = 10.0 ** round(math.log10(statistics.median(cell.total_error for cell in cells) or 0.001))
        heights = [self.scaled(cell.loss + sign * cell.total_error) for cell in cells for sign in (-1, 1)]
        self.lowest, self.highest = min(heights + [-1]) - 0.2, max(heights + [1]) + 0.2
        self.smallest = min(cell.kept for cell in cells) - 0.01

    def scaled(self, loss):
        return math.asinh(loss / self.unit)

    def x(self, share):
        return LEFT + (RIGHT - LEFT) * (1 - share) / (1 - self.smallest)

    def y(self, loss):
        return TOP + (BOTTOM - TOP) * (self.highest - self.scaled(loss)) / (self.highest - self.lowest)

    def ticks(self):
        """0, and 1 and 3 times powers of ten to both sides, from the unit on."""
        steps = [factor * self.unit * 10 ** power for power in range(6) for factor in (1, 3)]
        losses = [-step for step in steps] + [0] + steps
        return [loss for loss in losses if self.lowest <= self.scaled(loss) <= self.highest]


def drawn(name, cells):
    """The figure of {method: {share: cell or None}}."""
    present = {method: [cell for cell in row.values() if cell] for method, row in cells.items()}
    present = {method: row for method, row in present.items() if row}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<style>{STYLE}</style>", '<rect class="paper" width="100%" height="100%"/>',
        text(f"{name}: test loss of smaller models", 14, 26, "heading")]
    if present:
        axes = Axes([cell for row in present.values() for cell in row])
        colours = {JOINT: None, **dict(zip([method for method in cells if method != JOINT], COLOURS * len(cells)))}
        lines += frame(axes) + labels(present, axes, colours)
        for method in reversed(list(present)):  # joint comes last, above the others
            lines += curve(method, present[method], axes, colours[method])
    return "\n".join(lines + ["</svg>\n"])


def frame(axes):
    """The grid with its numbers, and what the axes mean."""
    lines = [text(f"change of the mean loss, nats: linear up to about {axes.unit:g}, logarithmic beyond; bars: one standard error", 14, 46)]
    for percent in range(100, math.floor(100 * axes.smallest), -10):
        x = axes.x(percent / 100)
        lines.append(f'<path class="grid" d="M{x:.1f} {TOP}V{BOTTOM}"/>')
        lines.append(text(percent, x, BOTTOM + 18, "middle"))
    for loss in axes.ticks():
        lines.append(f'<path class="{"grid" if loss else "zero"}" d="M{LEFT} {axes.y(loss):.1f}H{RIGHT}"/>')
        lines.append(text(f"{loss:+g}".replace("-", "\u2212") if loss else "0", LEFT - 8, axes.y(loss) + 4, "end"))
    return lines + [text("parameters kept, % of the original", (LEFT + RIGHT) / 2, BOTTOM + 38, "middle")]


def curve(method, row, axes, colour):
    """The line from the original through a method's cells, with points and bars."""
    path = "".join(f"L{axes.x(cell.kept):.1f} {axes.y(cell.loss):.1f}" for cell in row)
    lines = [f'<path {stroke(method, colour)} d="M{axes.x(1):.1f} {axes.y(0):.1f}{path}"/>']
    for cell in row:
        x, low, high = axes.x(cell.kept), axes.y(cell.loss - cell.total_error), axes.y(cell.loss + cell.total_error)
        lines.append(f'<path {stroke(method, colour, "bar")} d="M{x:.1f} {low:.1f}V{high:.1f}"/>')
        lines.append(f'<circle {stroke(method, colour)} cx="{x:.1f}" cy="{axes.y(cell.loss):.1f}" r="2"/>')
    return lines


def labels(present, axes, colours):
    """The methods' names right of the plot, in the order in which the curves end, each with its colour and a line from that height."""
    ends = sorted((axes.y(row[-1].loss), method) for method, row in present.items())
    lines = []
    for (y, method), place in zip(ends, spread([y for y, _ in ends])):
        colour = colours[method]
        lines.append(f'<path {stroke(method, colour, "lead")} d="M{RIGHT} {y:.1f}L{RIGHT + 12} {place:.1f}"/>')
        lines.append(f'<path {stroke(method, colour, "key")} d="M{RIGHT + 12} {place:.1f}h14"/>')
        lines.append(text(method, RIGHT + 32, place + 4, JOINT if method == JOINT else ""))
    return lines


def spread(heights):
    """Ascending heights moved as little as keeps labels apart, from the top down and, where there is no room, up from the bottom."""
    places = []
    for height in heights:
        places.append(max(height, places[-1] + LABEL_HEIGHT if places else TOP))
    return [min(place, BOTTOM - LABEL_HEIGHT * (len(places) - 1 - index)) for index, place in enumerate(places)]


def stroke(method, colour, kind=""):
    """The attributes of a method's stroke. The joint method's comes from the style sheet, because it differs between the schemes."""
    return f'class="{kind} joint"' if method == JOINT else f'class="{kind}" stroke="{colour}"'


def text(content, x, y, kind=""):
    """A text element."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(str(content))}</text>'
