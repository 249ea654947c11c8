# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render a report as lines of text."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted

from .model import Report, SiteRow
from .words import days_number

_TITLES = ("SITE", "EXPOSURE", "VERSION", "OUT", "IN", "STATE", "DAYS LEFT")
_NUMBERS = frozenset({3, 4, 6})


def lines(report: Report) -> list[str]:
    """Return a table of the sites, one line each, and a sentence for each problem."""
    rows = [_TITLES, *(_cells(site) for site in report.sites)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    table = ["  ".join(_fit(cell, widths[n], n) for n, cell in enumerate(row)).rstrip() for row in rows]
    said = [f"- {problem.text}" for problem in report.problems]
    return [*table, headline(report), *said]


def headline(report: Report) -> str:
    """Return the report in a line."""
    summary = report.summary
    read = "" if summary["sites_read"] == summary["sites"] else f" ({summary['sites_read']} could be read)"
    links = f"{summary['links_connected']} of {counted(summary['links'], 'link')} connected"
    problems = counted(len(report.problems), "problem") if report.problems else "no problems"
    return f"{counted(summary['sites'], 'site')}{read}, {links}, {counted(report.networks, 'network')}, {problems}."


def _cells(site: SiteRow) -> tuple[str, ...]:
    out = f"{site.links_out_connected}/{site.links_out}" if site.links_out else "0"
    state = f"{site.state} ({site.reason})" if site.reason else site.state
    left = days_number(site.days_left)
    return (site.label, site.exposure or "-", site.version or "-", out, str(site.links_in), state, left or "-")


def _fit(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
