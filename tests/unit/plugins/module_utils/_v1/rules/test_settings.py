# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of a site: which there are, what they may be, and which texts mean the same."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.settings import (
    SETTINGS,
    check_setting,
    meaning,
    parse_logging,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("routers", 2, "2"),
        ("routers", "2", "2"),
        ("console", True, "true"),
        ("console", "T", "T"),
        ("router-cpu", "500m", "500m"),
        ("router-memory", "1.5Gi", "1.5Gi"),
        ("router-memory-limit", 1000000, "1000000"),
        ("router-logging", "debug,ROUTER_CORE:info+", "debug,ROUTER_CORE:info+"),
        ("service-sync-site-ttl", "1h30m", "1h30m"),
        ("console-authentication", "unsecured", "unsecured"),
        ("console-password", 12345, "12345"),
        ("ingress-annotations", "a=b", "a=b"),
    ],
)
def test_accepted(key: str, value: Any, text: str) -> None:
    """As the ConfigMap holds it."""
    assert check_setting(key, value) == text


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("name", "west", "option name"),
        ("edge", "true", "option mode"),
        ("router-mode", "edge", "option mode"),
        ("cluster-local", True, "option ingress"),
        ("ingress-host", "a.example", "option ingress_host"),
        ("colour", "red", "does not read"),
        ("router-console", True, "does not read"),
        ("routers", "many", "whole number"),
        ("routers", -1, "whole number"),
        ("console", "yes", "true or false"),
        ("console", "", "true or false"),
        ("router-cpu", "much", "quantity"),
        ("router-logging", "loud", "log levels"),
        ("router-logging", "ROUTERS:info", "log levels"),
        ("service-sync-site-ttl", "-5m", "duration"),
        ("service-sync-site-ttl", "soon", "duration"),
        ("console-authentication", "basic", "internal, openshift, unsecured"),
        ("console-user", None, "plain value"),
        ("console-password", ["hush"], "plain value"),
        ("console-user", {"a": 1}, "plain value"),
        ("routers", 1.5, "plain value"),
    ],
)
def test_refused(key: str, value: Any, word: str) -> None:
    """In one sentence, which does not repeat a password."""
    with pytest.raises(Failure) as caught:
        check_setting(key, value)
    assert caught.value.reason is Reason.INVALID_OPTION
    assert key in caught.value.message
    assert word in caught.value.message
    assert "hush" not in caught.value.message


def test_defaults_can_be_written() -> None:
    """What Skupper takes in the absence of a setting is a value of that setting."""
    for key, setting in SETTINGS.items():
        assert meaning(key, None) is not None, key
        if setting.default:
            assert check_setting(key, setting.default) == setting.default


@pytest.mark.parametrize("site", ["west", "east", "shore", "south"])
def test_recorded_settings_are_known(site: str) -> None:
    """All that Skupper itself writes, but for what options stand for, and one key that it writes and never reads."""
    data = recorded.document(f"{site}/skupper-site")["data"]
    unknown = set(data) - set(SETTINGS)
    assert unknown <= {"name", "router-mode", "ingress", "ingress-host", "router-console"}
    # And they all are Skupper's defaults, however they are spelled.
    assert [key for key in set(data) & set(SETTINGS) if meaning(key, data[key]) != meaning(key, None)] == []


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("info", {"DEFAULT": "info+"}),
        (":info", {"DEFAULT": "info+"}),
        ("DEFAULT:info", {"DEFAULT": "info+"}),
        ("ROUTER_CORE:error+", {"ROUTER_CORE": "error+"}),
        ("info,ROUTER:debug", {"DEFAULT": "info+", "ROUTER": "debug+"}),
        ("ROUTER:debug,info", {"ROUTER": "debug+", "DEFAULT": "info+"}),
        ("", None),
        ("info,", None),
        ("info++", None),
        ("router:info", None),
    ],
)
def test_log_levels(text: str, levels: dict[str, str] | None) -> None:
    """As Skupper's ParseRouterLogConfig and SetLogLevels take them."""
    assert parse_logging(text) == levels


@given(st.sampled_from(sorted(SETTINGS)), st.none() | st.text() | st.integers() | st.booleans() | st.lists(st.text()))
def test_nothing_but_text_or_refusal(key: str, value: Any) -> None:
    """Whatever a play holds."""
    try:
        text = check_setting(key, value)
    except Failure:
        return
    assert meaning(key, text) is not None
