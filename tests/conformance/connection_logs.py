# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The times in which links of real sites were up, to the microsecond, from the logs of their routers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from testbed import Site, Testbed

# What makes a router log the connections with other routers (src/router_core/connections.c).
LOG_CONNECTIONS = {"router-logging": "ROUTER_CORE:info+"}
_LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000) ROUTER_CORE \(info\) "
    r"\[C(?P<number>\d+)\] Connection (?P<what>Opened: dir=out host=(?P<host>\S+)|Closed)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Span:
    """A time in seconds since 1970; `end` is infinite while it lasts."""

    begin: float
    end: float
    peer: str = ""
    """Host and port of the other end, of a connection."""

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.begin


def links(bed: Testbed, site: Site) -> list[Span]:
    """Read when the router of a site with one router pod had outgoing connections, one span for each."""
    folder = bed.directory / "pods" / "logs" / site.cluster.name
    return [span for path in folder.glob(f"{site.namespace}.skupper-router-*.router.log") for span in _read(path)]


def _read(path: Path) -> list[Span]:
    opened: dict[str, tuple[float, str]] = {}
    spans = []
    for line in _LINE.finditer(path.read_text(errors="replace")):
        moment = datetime.strptime(line["time"], "%Y-%m-%d %H:%M:%S.%f %z").timestamp()
        if line["what"] != "Closed":
            opened[line["number"]] = (moment, line["host"])
        elif line["number"] in opened:
            begin, host = opened.pop(line["number"])
            spans.append(Span(begin, moment, host))
    return spans + [Span(begin, float("inf"), host) for begin, host in opened.values()]


def outages(up: list[Span], since: float) -> list[Span]:
    """Return the times without any link since a moment at which there was one; the last may not be over."""
    found = []
    covered = since
    for span in sorted(up, key=lambda span: span.begin):
        if span.begin > covered:
            found.append(Span(covered, span.begin))
        covered = max(covered, span.end)
    return found if covered == float("inf") else [*found, Span(covered, float("inf"))]
