# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What policies, taken together, allow."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules import go_regexp
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.policy import (
    Namespace,
    Policy,
    allows_incoming,
    allows_outgoing,
)

LABELS = {"team": "net"}
WITH_RE2 = pytest.mark.skipif(not go_regexp.HAS_RE2, reason="google-re2 is not installed")


def policy(*namespaces: str, incoming: bool = True, hosts: tuple[str, ...] = ()) -> Policy:
    """A policy for some namespaces."""
    return Policy("p", namespaces, incoming, hosts)


@pytest.mark.parametrize(
    ("policies", "labels", "allowed"),
    [
        pytest.param([], LABELS, False, id="default is deny"),
        pytest.param([policy("*")], LABELS, True, id="everywhere"),
        pytest.param([policy("west")], LABELS, True, id="by name"),
        pytest.param([policy("wes")], LABELS, True, id="unanchored"),
        pytest.param([policy("^wes$")], LABELS, False, id="anchored"),
        pytest.param([policy("team=net")], LABELS, True, id="by label"),
        pytest.param([policy("team")], LABELS, True, id="by the presence of a label"),
        pytest.param([policy("team=dev")], LABELS, False, id="another label"),
        pytest.param([policy("!team")], {}, False, id="no selector selects a namespace without labels"),
        pytest.param([policy("team=dev", "west")], LABELS, True, id="one entry is enough"),
        pytest.param([policy("west", incoming=False)], LABELS, False, id="not incoming"),
        pytest.param([policy("west", incoming=False), policy("w")], LABELS, True, id="policies add up"),
        pytest.param([policy()], LABELS, False, id="for nobody"),
        pytest.param([policy("team=net")], None, None, id="labels not known"),
        pytest.param([policy("team=net"), policy("*")], None, True, id="labels not needed"),
        pytest.param([policy("east.*")], None, False, id="no selector"),
        pytest.param([policy(r"\pL")], LABELS, None, id="pattern not known"),
    ],
)
def test_incoming(policies: list[Policy], labels: dict[str, str] | None, allowed: bool | None) -> None:
    """Whether the site may be linked to; None if that can't be told."""
    assert allows_incoming(policies, Namespace("west", labels)) is allowed


@pytest.mark.parametrize(
    ("policies", "allowed"),
    [
        pytest.param([], False, id="default is deny"),
        pytest.param([policy("west", hosts=("*",))], True, id="all hosts"),
        pytest.param([policy("west", hosts=("203.0.113.7",))], True, id="the host"),
        pytest.param([policy("west", hosts=(r"^203\.0\.113\..*",))], True, id="pattern"),
        pytest.param([policy("west", hosts=("198.51.100.1",))], False, id="another host"),
        pytest.param([policy("east", hosts=("*",)), policy("west")], False, id="allowed to others"),
        pytest.param([policy("west", hosts=(r"\pN",))], None, id="pattern not known"),
        pytest.param([policy("west", hosts=(r"\pN", "203"))], True, id="but another one fits"),
        pytest.param([policy("east", hosts=(r"\pN",))], False, id="and it is not for here"),
    ],
)
def test_outgoing(policies: list[Policy], allowed: bool | None) -> None:
    """Whether links may lead to a host."""
    assert allows_outgoing(policies, Namespace("west", {}), "203.0.113.7") is allowed


@pytest.mark.parametrize(
    ("has_re2", "host", "allowed"),
    [
        pytest.param(True, "203.0.113.7", True, id="allowed", marks=WITH_RE2),
        pytest.param(True, "198.51.100.1", False, id="denied", marks=WITH_RE2),
        pytest.param(False, "203.0.113.7", None, id="not known"),
    ],
)
def test_expression(monkeypatch: pytest.MonkeyPatch, has_re2: bool, host: str, allowed: bool | None) -> None:
    """What is more than a name or its beginning or end is known with google-re2 only."""
    monkeypatch.setattr(go_regexp, "HAS_RE2", has_re2)
    policies = [policy("^(west|east)$", hosts=(r"^203\.0\.113\.\d+$",))]
    assert allows_outgoing(policies, Namespace("west", {}), host) is allowed
