# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw a report as a Mermaid flowchart, which GitHub, GitLab and many wikis render."""

from __future__ import annotations

from collections.abc import Iterator

from .model import LinkRow, Report, SiteRow, State
from .words import SITE_LOOKS, days_short, look, words

_ARROWS = {"good": "-->", "warn": "-->", "wait": "-.->", "off": "-.->", "bad": "-.->"}
_SIGNS = {"good": "", "warn": "⚠ ", "wait": "… ", "off": "⊘ ", "bad": "✕ "}
_STATES = {
    State.OK.value: "",
    State.ENDING.value: "⚠ ends in {days}",
    State.DOWN.value: "✕ link down",
    State.ROUTER.value: "✕ router down",
    State.ISLAND.value: "○ no link",
    State.UNREAD.value: "? not read",
    State.UNKNOWN.value: "other site",
}
# Strokes alone carry colour, so that text stays legible in light and dark themes.
_COLOURS = {"good": "#2da44e", "warn": "#bf8700", "wait": "#218bff", "off": "#8c959f", "bad": "#e5534b"}


def mermaid(report: Report) -> str:
    """Return the flowchart. Arrows go from linking to issuing sites."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    ids = {site.key: f"s{number}" for number, site in enumerate(report.sites)}
    yield "flowchart LR"
    for title, group in _groups(report):
        if group:
            yield f'  subgraph "{title}"'
            yield from (f"    {_node(ids[site.key], site)}" for site in group)
            yield "  end"
    yield from (f"  {_edge(ids, link)}" for link in report.links)
    yield from _styles(ids, report)


def _groups(report: Report) -> list[tuple[str, list[SiteRow]]]:
    def those(exposure: str | None) -> list[SiteRow]:
        return [site for site in report.sites if site.exposure == exposure]

    return [("private sites", those("private")), ("public sites", those("public")), ("other sites", those(None))]


def _node(identity: str, site: SiteRow) -> str:
    state = _STATES[site.state].format(days=days_short(site.days_left))
    text = "<br/>".join(quoted(line) for line in (site.label, site.version or "", state) if line)
    opening, closing = ("[[", "]]") if site.exposure == "public" else ("(", ")") if site.exposure else ("([", "])")
    return f'{identity}{opening}"{text}"{closing}'


def _edge(ids: dict[str, str], link: LinkRow) -> str:
    kind = look(link.state)
    left = days_short(link.days_left)
    text = f"{_SIGNS[kind]}{left if link.connected else words(link.state)}".strip()
    label = f'|"{quoted(text)}"|' if text else ""
    return f"{ids[link.source]} {_ARROWS[kind]}{label} {ids[link.target]}"


def _styles(ids: dict[str, str], report: Report) -> Iterator[str]:
    for name, colour in _COLOURS.items():
        members = ",".join(ids[site.key] for site in report.sites if SITE_LOOKS[site.state] == name)
        if members:
            yield f"  classDef {name} stroke:{colour},stroke-width:2px"
            yield f"  class {members} {name}"
        drawn = [str(number) for number, link in enumerate(report.links) if look(link.state) == name]
        if drawn:
            yield f"  linkStyle {','.join(drawn)} stroke:{colour},stroke-width:2px"


def quoted(text: str) -> str:
    """Return a text for use within quotes, where Mermaid reads entities, HTML and Markdown."""
    return "".join(sign if sign.isalnum() or sign in _HARMLESS else f"#{ord(sign)};" for sign in text)


_HARMLESS = frozenset(" .,:/-+()…⚠✕○⊘?")
