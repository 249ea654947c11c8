# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that follow from others are what `make generate` writes."""

from __future__ import annotations

import difflib

import pytest

from tools.envs import ROOT
from tools.generate import FRAGMENTS, RUNTIME, files

pytestmark = pytest.mark.quick

GENERATED = files()
ACTION = ROOT / "plugins" / "action"
# The action plugins that are written by hand.
OWN = {ACTION / "skupper_variables.py"}


def difference(written: str, wanted: str) -> str:
    """Return how a file differs from what it should hold."""
    return "\n".join(difflib.unified_diff(written.splitlines(), wanted.splitlines(), lineterm=""))


@pytest.mark.parametrize("path", [path.relative_to(ROOT) for path in GENERATED], ids=str)
def test_files_are_up_to_date(path: str) -> None:
    changes = difference((ROOT / path).read_text(encoding="utf-8"), GENERATED[ROOT / path])
    assert not changes, f"run make generate:\n{changes}"


def test_every_action_plugin_is_generated() -> None:
    """One whose module is gone has to go, too."""
    assert set(ACTION.glob("*.py")) == OWN | {path for path in GENERATED if path.parent == ACTION}


@pytest.mark.parametrize(
    ("path", "written", "planted"),
    [
        (FRAGMENTS, "    default: 30\n", "    default: 31\n"),
        (FRAGMENTS, "    aliases: [ssl_ca_cert]\n", ""),
        (FRAGMENTS, "Bearer token", "Token"),
        (FRAGMENTS, "E(K8S_AUTH_HOST)", "E(K8S_HOST)"),
        (RUNTIME, "    - skupper_site\n", ""),
        (ACTION / "skupper_link.py", "    task = LINK\n", "    task = LINKS\n"),
    ],
)
def test_changes_by_hand_are_found(path: str, written: str, planted: str) -> None:
    wanted = GENERATED[ROOT / path]
    assert written in wanted
    assert difference(wanted.replace(written, planted, 1), wanted)
