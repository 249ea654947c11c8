# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .result import Engine, Outcome, Request
from .runtime import Runtime
from .spec import Params, Spec


def _never(_args: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True)
class Task:
    """A module: its options and the engine behind it."""

    spec: Spec
    engine: Engine
    returns_token: Callable[[Mapping[str, Any]], bool] = _never
    """Return whether the result of a task with these arguments could hold a token."""


def make_task(
    spec: Spec,
    read_request: Callable[[Params], Request],
    run: Callable[[Request, Runtime], Outcome],
    returns_token: Callable[[Mapping[str, Any]], bool] = _never,
) -> Task:
    """Return a module whose options are read once, into the request that its engine runs on."""
    return Task(spec, lambda params, runtime: run(read_request(params), runtime), returns_token)
