# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as a table, a flowchart and a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.status_mermaid import status_mermaid
from ansible_collections.sitemesh.skupper.plugins.filter.status_page import status_page
from ansible_collections.sitemesh.skupper.plugins.filter.status_table import status_table
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status import picture
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.mermaid import quoted
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.page import page
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.style import CSS
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.table import lines
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.words import clean, shortened, width
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.reports import LOST, fleet, link, links, report, site

EVIL = "\"'><script>alert(1)</script>{{ 1 }}`]]|\x1b[31m\u202e&amp;"
VOID = {"meta", "path", "circle", "rect", "br"}


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it, too."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """It is the last one that was opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.texts.append(data)

    @property
    def identities(self) -> set[str]:
        """Everything that can be pointed at."""
        return {value for name, value in self.attributes if name == "id"}


def evil() -> Report:
    """Whatever others can name has a name that would break out."""
    return report(
        Read("west", site(EVIL, "public", version=EVIL), {**links(), "incoming": [{"site_id": EVIL, "name": EVIL}]}),
        Read("east", site("east"), links(link("west", "claim_failed", None, name=EVIL, reason=EVIL, url=EVIL))),
        Read("lost", {**LOST, "msg": EVIL, "reason": EVIL}, {}),
    )


def test_table() -> None:
    """Columns are as wide as what is in them; problems are told below."""
    made = report(
        Read("west", site("west", "public"), links(incoming=["a-site-with-a-long-name"])),
        Read("a-site-with-a-long-name", site("a-site-with-a-long-name"), links(link("west"), link("lost", "stale"))),
        Read("lost", LOST, {}),
    )
    assert lines(made)[:6] == [
        "SITE                     EXPOSURE  VERSION  OUT  IN  STATE                     DAYS LEFT",
        "a-site-with-a-long-name  private   1.9.6    1/2   0  down                           1700",
        "lost                     -         -          0   0  unread (api_unreachable)          -",
        "west                     public    1.9.6      0   1  ok                             1800",
        "site id-lost             -         -          0   0  unknown                           -",
        "3 sites (2 could be read), 1 of 2 links connected, 1 network, 2 problems.",
    ]
    assert [line[:2] for line in lines(made)[6:]] == ["- ", "- "]


def test_flowchart() -> None:
    """Nodes by exposure, arrows in the direction of the links, and the state of what is not well."""
    made = report(
        Read("west", site("west", "public"), links(incoming=["east"])),
        Read("east", site("east"), links(link("west"))),
        Read("till", site("till"), links(link("west", "stale"))),
    )
    assert status_mermaid(made.as_dict()).splitlines()[:11] == [
        "flowchart LR",
        '  subgraph "private sites"',
        '    s0("east<br/>1.9.6")',
        '    s1("till<br/>1.9.6<br/>✕ link down")',
        "  end",
        '  subgraph "public sites"',
        '    s2[["west<br/>1.9.6"]]',
        "  end",
        '  s0 -->|"1700 d"| s2',
        '  s1 -.->|"✕ stale"| s2',
        "  classDef good stroke:#2da44e,stroke-width:2px",
    ]


def test_flowchart_of_evil_names() -> None:
    """Nothing that Mermaid, Markdown or HTML would read is left in a text."""
    text = status_mermaid(evil().as_dict())
    for shown in re.findall(r'"([^"\n]*)"', text):
        assert not set(re.sub(r"<br/>|#\d+;", "", shown)) & set("\"'<>`[]{}|&;#\x1b\u202e")
    assert text.count('"') % 2 == 0
    assert "```" not in text


def test_page_of_evil_names() -> None:
    """It stays the page it is, with the names as text."""
    seen = Reader(status_page(evil().as_dict(), title=EVIL))
    assert "script" not in seen.tags
    assert not any(sign in text for text in seen.texts for sign in ("\x1b", "\u202e"))
    assert any("<script>alert(1)</script>" in text for text in seen.texts)


def test_page_stands_alone() -> None:
    """It loads nothing, runs nothing, and its links lead to rows that are there."""
    text = page(fleet(3, 9), "Sites")
    seen = Reader(text)
    links_to = [value for name, value in seen.attributes if name == "href"]
    assert links_to
    assert {value.removeprefix("#") for value in links_to} <= seen.identities
    assert len([value for name, value in seen.attributes if name == "id"]) == len(seen.identities)
    assert not seen.tags & {"script", "img", "link", "iframe", "object", "use", "image", "base", "form"}
    assert not any(name.startswith("on") or name in ("src", "srcset", "xlink:href") for name, _value in seen.attributes)
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in seen.attributes


def test_page_can_be_read_aloud() -> None:
    """The picture has a name and a description, every site in it a sentence, and tables have headings."""
    made = fleet(2, 3)
    text = page(made, "Sites")
    seen = Reader(text)
    assert {"title", "desc", "th", "h1"} <= seen.tags
    assert ("lang", "en") in seen.attributes
    (labelled,) = [value for name, value in seen.attributes if name == "aria-labelledby"]
    assert set(labelled.split()) <= seen.identities
    for row in made.sites:
        assert any(shown.startswith(f"{row.label}: ok; ") for shown in seen.texts)


def test_states_are_told_by_more_than_colour() -> None:
    """Every look of a link has a dash or a sign of its own, every state of a site a shape."""
    assert len(set(picture._SHAPES.values())) == len(picture._SHAPES)
    assert len(set(picture._SIGNS.values())) == len(picture._SIGNS)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 has it."""
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    """Text is legible on everything it may be on: 4.5 to 1 (WCAG AA)."""
    blocks = re.findall(r":root\{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+):#(\w+)", blocks[theme]))
    for ink in ("text", "muted", "good", "warn", "bad", "wait", "off"):
        for ground in ("page", "panel", "card", "public"):
            if ground == "public" and ink not in ("text", "muted"):
                continue
            bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, ground)


@given(st.text(max_size=30))
def test_clean(text: str) -> None:
    """What is shown stands in one line and moves no cursor."""
    shown = clean(text)
    assert shown is not None
    assert shown == " ".join(shown.split())
    assert shown.isprintable() or not text.isprintable()
    assert "\x1b" not in shown
    assert '"' not in quoted(shown)


def test_shortened() -> None:
    """No wider than there is room for, by the widths of characters."""
    assert shortened("abcdef", 56) == "abcdef"
    assert shortened("abcdef", 50) == "abcd…"
    assert len(shortened("W" * 99, 200)) < len(shortened("a" * 99, 200)) < len(shortened("i" * 99, 200))
    assert shortened("ab", 0) == "a…"
    assert width("日本") > width("ab")


def test_no_report() -> None:
    """Each filter says so."""
    for render in (status_table, status_mermaid, status_page):
        with pytest.raises(AnsibleFilterError, match="no report"):
            render({"sites": []})
