# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page in a real browser: whether texts fit where they stand, which depends on fonts and can't be computed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.model import Report
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.page import page
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read

from tests.unit.support.reports import LOST, fleet, link, links, report, site

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Boxes of texts and of the cards that they stand in, and what sticks out of the picture or the window.
MEASURE = """
const box = e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
const cards = [...document.querySelectorAll(".map a")].map(a => ({
  name: a.querySelector("title").textContent, card: box(a.querySelector(".card")), texts: [...a.querySelectorAll("text")].map(box),
}));
const map = box(document.querySelector(".map"));
const tags = [...document.querySelectorAll(".map .tag")].map(box);
const wide = document.documentElement.scrollWidth > innerWidth;
const dark = getComputedStyle(document.body).backgroundColor;
document.title = JSON.stringify({cards, map, tags, wide, dark});
"""

pytestmark = [
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium is installed, and none is among the packages that tests install"
    ),
    pytest.mark.slow,
]


def measured(made: Report, folder: Path, width: int = 1280, *arguments: str) -> dict[str, Any]:
    """What a browser makes of the page; the script is the test's own, for which the page's policy is taken out."""
    text = re.sub(r"<meta http-equiv=[^>]*>", "", page(made, "Sites")).replace(
        "</body>", f"<script>{MEASURE}</script></body>"
    )
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}")
    command = [str(BROWSER), *options, f"--window-size={width},1000", *arguments, "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    match = re.search(r"<title>(\{.*?\})</title>", done.stdout)
    assert match is not None, done.stdout[:500]
    found: dict[str, Any] = json.loads(unescape(match[1]))
    return found


def long_names() -> Report:
    """Names as long as Kubernetes lets them be, wide characters, and everything that a card can say."""
    wide = "WWWWWWWWWW-MMMMMMMMMM-WWWWWWWWWW"
    return report(
        Read(wide, site(wide, "public", mode="interior", version="1.9.6-rc-20260101"), links(incoming=["M" * 60])),
        Read(
            "m" * 63, site("m" * 63, mode="edge", days=12), links(link(wide, "claim_waiting"), link("@" * 40, "stale"))
        ),
        Read("W" * 40, {**LOST, "reason": "credentials_failed"}, {}),
    )


@pytest.mark.parametrize("made", [long_names(), fleet(4, 56)], ids=["long", "60"])
def test_texts_fit(made: Report, tmp_path: Path) -> None:
    """Every text of a card stands within it, every tag within the picture, and the page is no wider than the window."""
    seen = measured(made, tmp_path)
    assert len(seen["cards"]) == len(made.sites)
    for card in seen["cards"]:
        left, top, right, bottom = card["card"]
        for text in card["texts"]:
            assert left < text[0] <= text[2] <= right, card["name"]
            assert top - 2 <= text[1] <= text[3] <= bottom + 2, card["name"]
    left, top, right, bottom = seen["map"]
    for tag in seen["tags"]:
        assert left <= tag[0] <= tag[2] <= right
        assert top <= tag[1] <= tag[3] <= bottom
    assert not seen["wide"]


def test_small_windows_and_the_dark(tmp_path: Path) -> None:
    """On a telephone the picture is scrolled, not the page; who prefers the dark gets it."""
    light = measured(fleet(2, 5), tmp_path, 500)
    assert not light["wide"]
    dark = measured(fleet(2, 5), tmp_path, 500, "--blink-settings=preferredColorScheme=0")
    assert light["dark"] != dark["dark"]
