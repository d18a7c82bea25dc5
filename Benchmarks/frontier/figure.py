"""Draws one network's methods, top-1 and calibrated loss against kept share, as an SVG that follows the reader's light or dark scheme."""
import math
import statistics
from xml.sax.saxutils import escape

from results import CALIBRATED, JOINT, TOP1

WIDTH, HEAD, PANEL = 780, 34, 370
LEFT, RIGHT, TOP, BOTTOM = 66, 640, 30, 320  # of a panel's plot, in the panel
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
    """Places shares from the original on the left to the smallest on the right, and values on a scale that is linear near 0.

    The scale is asinh(value / unit), `unit` being the power of ten next to the usual standard error: differences that cannot be told from
    none take little room, and large ones still fit.
    """

    def __init__(self, places):
        self.unit = 10.0 ** round(math.log10(statistics.median(value.error for _, value in places) or 0.001))
        heights = [self.scaled(value.mean + sign * value.error) for _, value in places for sign in (-1, 1)]
        self.lowest, self.highest = min(heights + [-1]) - 0.2, max(heights + [1]) + 0.2
        self.smallest = min(kept for kept, _ in places) - 0.01

    def scaled(self, value):
        return math.asinh(value / self.unit)

    def x(self, share):
        return LEFT + (RIGHT - LEFT) * (1 - share) / (1 - self.smallest)

    def y(self, value):
        return TOP + (BOTTOM - TOP) * (self.highest - self.scaled(value)) / (self.highest - self.lowest)

    def ticks(self):
        """0, and 1 and 3 times powers of ten to both sides, from the unit on."""
        steps = [factor * self.unit * 10 ** power for power in range(6) for factor in (1, 3)]
        values = [-step for step in steps] + [0] + steps
        return [value for value in values if self.lowest <= self.scaled(value) <= self.highest]


def drawn(name, cells):
    """The figure of {method: {share: cell or None}}: a panel for each measure, one below the other."""
    panels = [panel(measure, cells) for measure in (TOP1, CALIBRATED)]
    height = HEAD + PANEL * len(panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
        f"<style>{STYLE}</style>", '<rect class="paper" width="100%" height="100%"/>', text(name, 14, 26, "heading")]
    for index, content in enumerate(panels):
        lines += [f'<g transform="translate(0 {HEAD + PANEL * index})">', *content, "</g>"]
    return "\n".join(lines + ["</svg>\n"])


def panel(measure, cells):
    """The methods' curves by one measure; nothing where none has a value."""
    present = {
        method: [(cell.kept, cell.values[measure]) for cell in row.values() if cell and measure in cell.values]
        for method, row in cells.items()}
    present = {method: places for method, places in present.items() if places}
    if not present:
        return []
    axes = Axes([place for places in present.values() for place in places])
    colours = {JOINT: None, **dict(zip([method for method in cells if method != JOINT], COLOURS * len(cells)))}
    better = "up" if measure.sign > 0 else "down"
    lines = [text(f"{measure.title} ({better} is better): linear up to about {axes.unit:g}, logarithmic beyond; bars: one s.e.", 14, 16)]
    lines += frame(axes) + labels(present, axes, colours)
    for method in reversed(list(present)):  # joint comes last, above the others
        lines += curve(method, present[method], axes, colours[method])
    return lines


def frame(axes):
    """The grid with its numbers, and what the shares are."""
    lines = []
    for percent in range(100, math.floor(100 * axes.smallest), -10):
        x = axes.x(percent / 100)
        lines.append(f'<path class="grid" d="M{x:.1f} {TOP}V{BOTTOM}"/>')
        lines.append(text(percent, x, BOTTOM + 16, "middle"))
    for value in axes.ticks():
        lines.append(f'<path class="{"grid" if value else "zero"}" d="M{LEFT} {axes.y(value):.1f}H{RIGHT}"/>')
        lines.append(text(f"{value:+g}".replace("-", "\u2212") if value else "0", LEFT - 8, axes.y(value) + 4, "end"))
    return lines + [text("parameters kept, % of the original", (LEFT + RIGHT) / 2, BOTTOM + 33, "middle")]


def curve(method, places, axes, colour):
    """The line from the original through a method's values, with points and bars."""
    path = "".join(f"L{axes.x(kept):.1f} {axes.y(value.mean):.1f}" for kept, value in places)
    lines = [f'<path {stroke(method, colour)} d="M{axes.x(1):.1f} {axes.y(0):.1f}{path}"/>']
    for kept, value in places:
        x, low, high = axes.x(kept), axes.y(value.mean - value.error), axes.y(value.mean + value.error)
        lines.append(f'<path {stroke(method, colour, "bar")} d="M{x:.1f} {low:.1f}V{high:.1f}"/>')
        lines.append(f'<circle {stroke(method, colour)} cx="{x:.1f}" cy="{axes.y(value.mean):.1f}" r="2"/>')
    return lines


def labels(present, axes, colours):
    """The methods' names right of the plot, in the order in which the curves end, each with its colour and a line from that height."""
    ends = sorted((axes.y(places[-1][1].mean), method) for method, places in present.items())
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
