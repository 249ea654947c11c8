# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's run inside the controller: arguments, masks and results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.inline import can_run_inline, run_inline
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link import LINK
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.task import Task
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN

from tests.unit.support import recorded
from tests.unit.support.engines import Runner

PASSWORD, ENCODED = "abcdefghijklmnopqrstuvwx", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"


def inline(task: Task, name: str, **args: Any) -> dict[str, Any]:
    """The result of a run."""
    result, _secret = run_inline(task, args, name, check_mode=False, diff_mode=True, base_dir="/")
    return result


def test_libraries() -> None:
    """Both are here, so the fast path is open."""
    assert can_run_inline()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "state is present but any of the following are missing: token, src, issuer"),
        ({"token": {}, "tokken": "x"}, "Unsupported parameters for (skupper_link) module: tokken"),
        ({"token": {}, "cost": "cheap"}, "cost"),
        ({"token": {}, "src": "file.yaml"}, "mutually exclusive"),
    ],
    ids=str,
)
def test_wrong_arguments(args: dict[str, Any], words: str) -> None:
    """The sentence that the module itself would fail with."""
    result = inline(LINK, "skupper_link", **args)
    assert result["failed"] is True
    assert words in result["msg"]


@pytest.mark.parametrize("option", ["cost", "wait", "wait_timeout"])
def test_secret_in_the_wrong_place(option: str) -> None:
    """A message about a wrong value does not show what another option holds."""
    result = inline(LINK, "skupper_link", api_key="open-sesame", token={}, **{option: "open-sesame"})
    assert result["failed"] is True
    assert "sesame" not in str(result)


def test_result(token: Runner) -> None:
    """The token is returned whole; what was given as a secret is masked."""
    args = {**token.connection("west"), "name": "for-east", "api_key": "for-east-key"}
    result, holds_secret = run_inline(TOKEN, args, "skupper_token", check_mode=False, diff_mode=False, base_dir="/")
    assert (result["changed"], holds_secret) == (True, True)
    assert result["token"]["data"]["password"]
    assert result["name"] == "for-east"


def test_ids_are_not_masked(link: Runner) -> None:
    """Only the secrets of a token are, not all that it says."""
    args = {**link.connection("east"), "token": recorded.document("tokens/claim")}
    result = inline(LINK, "skupper_link", **args)
    assert result["link"]["site_id"] == recorded.WEST
    assert PASSWORD not in str(result)
    assert ENCODED not in str(result)
