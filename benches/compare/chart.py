"""Draws the comparison as an SVG: a row for each case, a mark for each peer, at the
ratio of its time to liblwt's; the bound of a target is a bar across the row."""
import math
import re
from html import escape

COLOURS = {"liblwt": "#c2255c", "raw": "#868e96", "callbacks": "#343a40", "libuv": "#1c7ed6", "libev": "#0ca678", "libevent": "#74b816",
           "glib": "#f08c00", "lwt": "#7048e8", "tokio": "#e8590c", "boost.fiber": "#0b7285", "boost.context": "#0b7285",
           "asio": "#d6336c"}
LOW, HIGH = 0.1, 100.0
LEFT, WIDTH, ROW, TOP = 210, 640, 22, 108


def x_of(ratio):
    ratio = min(max(ratio, LOW), HIGH)
    return LEFT + WIDTH * math.log(ratio / LOW) / math.log(HIGH / LOW)


def mark(x, y, row, title):
    """A filled circle for a peer as such, a ring for its variants."""
    name, *variant = re.split("[/!]", row)
    colour = COLOURS.get(name, "#495057")
    fill = "#fff" if variant else colour
    return (f'<circle cx="{x:.1f}" cy="{y}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="2">'
            f'<title>{escape(title)}</title></circle>')


def draw(cases, bounds, subtitle):
    """cases: [(case, {row: ns})]; bounds: {case: [ns]} for liblwt's plain row."""
    cases = [(case, rows) for case, rows in cases if "liblwt" in rows]
    height = TOP + ROW * len(cases) + 24
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 30}" height="{height}" '
           'font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="#fff"/>',
           '<text x="12" y="22" font-size="16">Time of others, as a multiple of liblwt\'s</text>',
           f'<text x="12" y="40" fill="#495057">{escape(subtitle)}</text>']
    x = 12
    for name, colour in COLOURS.items():
        if name == "boost.context" or not any(re.split("[/!]", r)[0] == name for _, rs in cases for r in rs):
            continue
        out.append(f'<circle cx="{x + 5}" cy="56" r="4.5" fill="{colour}"/><text x="{x + 14}" y="60">{name}</text>')
        x += 26 + 7 * len(name)
    out.append('<text x="12" y="78" fill="#495057">ring: a variant; dark bar: the target, which the red line must be left of; '
               'beyond the edge: drawn at the edge</text>')
    for ratio in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100):
        gx = x_of(ratio)
        out.append(f'<line x1="{gx:.1f}" y1="{TOP - 8}" x2="{gx:.1f}" y2="{height - 20}" '
                   f'stroke="{"#c2255c" if ratio == 1 else "#dee2e6"}"/>'
                   f'<text x="{gx:.1f}" y="{TOP - 11}" text-anchor="middle" fill="#495057">{ratio:g}×</text>')
    for i, (case, rows) in enumerate(cases):
        y = TOP + ROW * i + ROW // 2
        ours = rows["liblwt"]
        out.append(f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(case)}</text>')
        for bound in bounds.get(case, []):
            bx = x_of(bound / ours)
            out.append(f'<rect x="{bx - 1.5:.1f}" y="{y - 9}" width="3" height="18" fill="#212529" opacity="0.55">'
                       f'<title>bound: {bound:,.1f} ns</title></rect>')
        for row, ns in sorted(rows.items(), key=lambda r: r[0].startswith("liblwt")):
            out.append(mark(x_of(ns / ours), y, row, f"{row}: {ns:,.1f} ns, {ns / ours:.2f} times liblwt's"))
    out.append("</svg>")
    return "\n".join(out) + "\n"
