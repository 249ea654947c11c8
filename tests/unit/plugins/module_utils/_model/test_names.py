# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of claims and links."""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.names import (
    check_link_name,
    check_name,
    next_link_name,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.outcomes import failure_of

GOOD = ["a", "0", "link1", "to-west", "a.b", "a-b.c-d", "1.2.3", "x" * 253]
BAD = [
    "",
    "A",
    "Link1",
    "-a",
    "a-",
    ".a",
    "a.",
    "a..b",
    "a_b",
    "a b",
    "a/b",
    "a\n",
    "ä",
    "x" * 254,
    "a.-b",
    "a-.b",
    "..",
    "%2e",
]


@pytest.mark.parametrize("name", GOOD, ids=lambda name: name[:12])
def test_good_names(name: str) -> None:
    """What a Secret may be called, a claim and a link may be called."""
    assert check_name(name, "claim") == name
    assert check_link_name(name) == name


@pytest.mark.parametrize("name", BAD, ids=lambda name: repr(name[:12]))
def test_bad_names(name: str) -> None:
    """What the API server would refuse is refused before it is asked."""
    for check in (check_link_name, lambda text: check_name(text, "claim")):
        failure_of(partial(check, name), Reason.INVALID_NAME)


@pytest.mark.parametrize("name", ["auto-mesh", "auto-mesh-1", "auto-meshed"])
def test_names_of_the_routers(name: str) -> None:
    """config-sync never removes such connectors; a claim may have the name all the same."""
    assert "auto-mesh" in failure_of(lambda: check_link_name(name), Reason.INVALID_NAME).message
    assert check_name(name, "claim") == name


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "link1"),
        (["link1"], "link2"),
        (["link2"], "link3"),
        (["link1", "link10", "link9"], "link11"),
        (["to-west"], "link1"),
        (["my-link7-old"], "link8"),
        (["link0"], "link1"),
        (["link"], "link1"),
        (["link007"], "link8"),
        (["link1link5"], "link2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value) or "none",
)
def test_next_name(taken: list[str], name: str) -> None:
    """As Skupper's command line counts."""
    assert next_link_name(taken) == name


@given(st.lists(st.from_regex(r"[a-z]{0,3}(link)?[0-9]{0,4}", fullmatch=True)))
def test_next_name_is_free_and_good(taken: list[str]) -> None:
    """The chosen name is never one of those in use."""
    assert check_link_name(next_link_name(taken)) not in taken
