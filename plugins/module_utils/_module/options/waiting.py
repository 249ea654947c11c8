# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say what a task waits for, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from ..._model.errors import Failure
from ..._model.reasons import Reason
from ..spec import Options, Params

WAIT: Options = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
}

INGRESS: Options = {"wait_for_ingress": {"type": "bool", "default": False}}


@dataclass(frozen=True)
class WaitOptions:
    """Whether to wait, and for how many seconds at most."""

    wanted: bool
    seconds: int


def read_timeout(params: Params) -> int:
    """Read the seconds of ``wait_timeout``; raises Failure(invalid_option)."""
    seconds: int = params["wait_timeout"]
    if seconds < 0:
        raise Failure(Reason.INVALID_OPTION, "wait_timeout must not be negative: it is a number of seconds.")
    return seconds


def read_wait(params: Params) -> WaitOptions:
    """Read ``wait`` and ``wait_timeout``; raises Failure(invalid_option)."""
    return WaitOptions(params["wait"], read_timeout(params))


def read_ingress_wait(params: Params, seconds: int) -> WaitOptions:
    """Read ``wait_for_ingress``, of the issuing site; the seconds are those of the task."""
    return WaitOptions(params["wait_for_ingress"], seconds)
