# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render a report as one HTML page: no script, nothing loaded, everything escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted

from .model import LinkRow, Report, SiteRow, State, Trouble
from .picture import WORDS_OF, icon, legend, svg
from .style import CSS
from .table import headline
from .words import clean, days_number, days_short, words, words_why

_FOOTER = (
    '<footer class="muted">An arrow leads from the linking site to the issuing site, which has to be reachable. '
    "Days are those left until the first certificate of the site, or that of the link, ends.</footer>"
)
# Longer tables are folded.
_LONG = 60
_ICON_OF = {
    Trouble.UNREAD.value: State.UNREAD.value,
    Trouble.DOWN.value: State.DOWN.value,
    Trouble.ROUTER.value: State.ROUTER.value,
    Trouble.ENDING.value: State.ENDING.value,
    Trouble.ISLAND.value: State.ISLAND.value,
    Trouble.SPLIT.value: State.DOWN.value,
    Trouble.UNKNOWN.value: State.UNKNOWN.value,
}
_SEVERE = frozenset({Trouble.UNREAD.value, Trouble.DOWN.value, Trouble.ROUTER.value, Trouble.SPLIT.value})


def page(report: Report, title: str) -> str:
    """Return the page as HTML5."""
    number = {site.key: count for count, site in enumerate(report.sites)}
    name = escape(clean(title) or "")
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{name}</title>",
            f"<style>{CSS}{''.join(_focus(number))}</style>",
            "</head>",
            "<body>",
            f"<header><h1>{name}</h1>{_intro(report)}</header>",
            f"<main>{_tiles(report)}{_problems(report)}",
            f'<h2>Topology</h2><figure>{svg(report, number)}</figure><ul class="legend">{legend()}</ul>',
            f"{_sites(report, number)}{_links(report)}</main>",
            _FOOTER,
            "</body>",
            "</html>",
            "",
        )
    )


def _focus(number: dict[str, int]) -> Iterator[str]:
    """Yield rules that show only the links of the site under the pointer, without a script."""
    for count in number.values():
        yield f".map:has(#s{count}:hover,#s{count}:focus-visible) .link:not(.s{count}){{opacity:.08}}"


def _intro(report: Report) -> str:
    when = (
        f' As of <time datetime="{escape(report.generated)}">{escape(report.generated)}</time>.'
        if report.generated
        else ""
    )
    return f'<p class="muted">{escape(headline(report))}{when}</p>'


def _tiles(report: Report) -> str:
    summary = report.summary
    unread, down = summary["sites"] - summary["sites_read"], summary["links"] - summary["links_connected"]
    left = summary["days_left"]
    tiles = (
        ("Sites", str(summary["sites"]), f"{unread} not read" if unread else "all read", "bad" if unread else ""),
        ("Links", str(summary["links"]), f"{down} not connected" if down else "all connected", "bad" if down else ""),
        ("Networks", str(report.networks), "", "bad" if report.networks > 1 else ""),
        ("Certificates", days_short(left) or "-", "until the first one ends", _urgency(summary["problems"]["ending"])),
        ("Problems", str(len(report.problems)), "", _severity(report)),
    )
    items = (
        f'<li class="{kind}"><span class="muted">{name}</span><b>{escape(value)}</b><span class="muted">{escape(more)}</span></li>'
        for name, value, more, kind in tiles
    )
    return f'<ul class="tiles">{"".join(items)}</ul>'


def _urgency(ending: int) -> str:
    return "warn" if ending else ""


def _severity(report: Report) -> str:
    if not report.problems:
        return "good"
    return "bad" if any(problem.kind in _SEVERE for problem in report.problems) else "warn"


def _problems(report: Report) -> str:
    if not report.problems:
        return ""
    items = (
        f"<li>{icon(_ICON_OF[problem.kind])}<span>{escape(problem.text)}</span></li>" for problem in report.problems
    )
    found = f'<ul class="problems" tabindex="0" aria-label="Problems">{"".join(items)}</ul>'
    return f"<h2>Problems</h2>{found}"


def _folded(content: str, count: int, what: str) -> str:
    return f"<details><summary>{counted(count, what)}</summary>{content}</details>" if count > _LONG else content


def _table(titles: tuple[tuple[str, str], ...], rows: Iterator[str]) -> str:
    head = "".join(f'<th scope="col" class="{kind}">{escape(title)}</th>' for title, kind in titles)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _cell(value: object, kind: str = "") -> str:
    shown = "-" if value in (None, "") else str(value)
    return f'<td class="{kind}">{escape(shown)}</td>'


def _sites(report: Report, number: dict[str, int]) -> str:
    titles = (
        ("Site", ""),
        ("State", ""),
        ("Exposure", ""),
        ("Mode", ""),
        ("Version", ""),
        ("Links out", "n"),
        ("Links in", "n"),
        ("Network", ""),
        ("Days left", "n"),
    )
    rows = (_site(site, number[site.key]) for site in report.sites)
    return f"<h2>Sites</h2>{_table(titles, rows)}"


def _site(site: SiteRow, number: int) -> str:
    why = f" ({words(site.reason)})" if site.reason else ""
    out = f"{site.links_out_connected} of {site.links_out}" if site.links_out else "0"
    cells = (
        f'<th scope="row">{escape(site.label)}</th>',
        f'<td class="s">{icon(site.state)} {escape(WORDS_OF[site.state] + why)}</td>',
        *map(_cell, (site.exposure, site.mode, site.version)),
        _cell(out, "n"),
        _cell(site.links_in, "n"),
        _cell(site.network),
        _cell(days_number(site.days_left), "n"),
    )
    return f'<tr id="row-{number}">{"".join(cells)}</tr>'


def _links(report: Report) -> str:
    if not report.links:
        return ""
    titles = (
        ("From", ""),
        ("To", ""),
        ("Link", ""),
        ("State", ""),
        ("Cost", "n"),
        ("Certificate ends", ""),
        ("Days left", "n"),
    )
    labels = {site.key: site.label for site in report.sites}
    table = _table(titles, (_link(link, labels) for link in report.links))
    return f"<h2>Links</h2>{_folded(table, len(report.links), 'link')}"


def _link(link: LinkRow, labels: dict[str, str]) -> str:
    state = words_why(link.state, link.reason)
    cells = (
        f'<th scope="row">{escape(labels[link.source])}</th>',
        *map(_cell, (labels[link.target], link.name, state)),
        _cell(link.cost, "n"),
        _cell(link.not_after),
        _cell(days_number(link.days_left), "n"),
    )
    return f"<tr>{''.join(cells)}</tr>"
