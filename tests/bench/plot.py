# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plot: CPU an account against the number of accounts, both on logarithmic axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Protocol
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 300, 30, 50
COLOURS = ("#0b6e4f", "#7a9e7e", "#b3261e", "#8a6d3b", "#5b5f97", "#6b7280", "#2b7bba", "#c2185b", "#111827")


class Point(Protocol):
    """A median."""

    contestant: str
    controls: int
    texts: str
    size: int
    cpu: float


def svg(medians: Sequence[Point]) -> str:
    """Return the plot as a file's text. What was measured at one size alone is no line."""
    points = [one for one in medians if len({other.size for other in medians if _line(other) == _line(one)}) > 1]
    body = "\n".join([*_axes(points), *_lines(points)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#374151">\n'
        "<title>CPU seconds an account against the number of accounts</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _x(size: float, points: Sequence[Point]) -> float:
    low, high = math.log10(min(one.size for one in points)), math.log10(max(one.size for one in points))
    return LEFT + (math.log10(size) - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)


def _y(cpu: float) -> float:
    low, high = -2.0, 1.0  # 0.01 to 10 seconds
    return HEIGHT - BOTTOM - (math.log10(cpu) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _axes(points: Sequence[Point]) -> Iterator[str]:
    for cpu in (0.01, 0.1, 1, 10):
        y = _y(cpu)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e5e7eb"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{cpu:g}</text>'
    for size in sorted({one.size for one in points}):
        yield f'<text x="{_x(size, points):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{size}</text>'
    yield f'<text x="{LEFT}" y="18">CPU seconds an account</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">accounts audited</text>'


def _line(one: Point) -> tuple[str, int, str]:
    return one.contestant, one.controls, one.texts


def _lines(points: Sequence[Point]) -> Iterator[str]:
    for number, line in enumerate(dict.fromkeys(_line(one) for one in points)):
        colour = COLOURS[number % len(COLOURS)]
        own = sorted((_x(one.size, points), _y(one.cpu)) for one in points if _line(one) == line)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in own)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in own)
        contestant, controls, texts = line
        y = TOP + 20 + number * 36
        yield f'<circle cx="{WIDTH - RIGHT + 24}" cy="{y - 4}" r="4" fill="{colour}"/>'
        yield f'<text x="{WIDTH - RIGHT + 34}" y="{y}">{escape(contestant)}</text>'
        note = f"{controls} control{'s' * (controls > 1)}, texts {texts}"
        yield f'<text x="{WIDTH - RIGHT + 34}" y="{y + 14}" fill="#6b7280">{escape(note)}</text>'
