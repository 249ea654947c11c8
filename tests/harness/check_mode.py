# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what check mode predicted with what the run then did."""

from __future__ import annotations

from typing import Any

UNKNOWN = "(known after apply)"
# Said of a result by Ansible, not by the module.
_ANSIBLE = {"invocation", "warnings", "deprecations", "failed", "stdout", "stdout_lines"}


def differences(predicted: Any, actual: Any, path: str = "") -> list[str]:
    """List where prediction and result differ; a value that only a run can know may become anything."""
    if actual == UNKNOWN:
        return [f"{path}: still unknown after the run"]
    if predicted == UNKNOWN:
        return []
    if isinstance(predicted, dict) and isinstance(actual, dict):
        names = sorted({*predicted, *actual} - (_ANSIBLE if not path else set()))
        names = [name for name in names if path or not name.startswith("_")]
        return [each for name in names for each in _entry(predicted, actual, name, path)]
    return [] if predicted == actual else [f"{path}: {predicted!r} was predicted, it is {actual!r}"]


def _entry(predicted: dict[str, Any], actual: dict[str, Any], name: str, path: str) -> list[str]:
    place = f"{path}.{name}".lstrip(".")
    if (name in predicted) != (name in actual):
        return [f"{place}: predicted {name in predicted}, there {name in actual}"]
    return differences(predicted[name], actual[name], place)
