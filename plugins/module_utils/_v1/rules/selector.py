# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Label selectors, read and applied as Kubernetes does (apimachinery pkg/labels)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEY = r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
_REQUIREMENT = re.compile(
    rf"\s*(?:(?P<none>!)\s*(?P<absent>{_KEY})"
    rf"|(?P<key>{_KEY})(?:\s*(?P<sign>==|=|!=|>|<)\s*(?P<value>{_VALUE})"
    rf"|\s+(?P<word>in|notin)\s*\((?P<values>[^()]*)\))?)\s*",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


def selects(selector: str, labels: Mapping[str, str]) -> bool | None:
    """Return whether a label selector matches. None if the text is no label selector at all."""
    met = True
    at = 0
    while True:
        requirement = _REQUIREMENT.match(selector, at)
        found = None if requirement is None else _meets(requirement, labels)
        if requirement is None or found is None:
            return None
        met, at = met and found, requirement.end()
        if at == len(selector):
            return met
        if selector[at] != ",":
            return None
        at += 1


def _meets(requirement: re.Match[str], labels: Mapping[str, str]) -> bool | None:
    if requirement["none"]:
        return requirement["absent"] not in labels
    actual = labels.get(requirement["key"])
    if requirement["word"]:
        return _meets_set(requirement["word"], requirement["values"], actual)
    sign, value = requirement["sign"], requirement["value"]
    if sign in (">", "<"):
        return _meets_order(sign, value, actual)
    if sign == "!=":
        return actual != value
    return actual is not None and (sign is None or actual == value)


def _meets_set(word: str, values: str, actual: str | None) -> bool | None:
    wanted = [value.strip() for value in values.split(",")]
    if not all(re.fullmatch(_VALUE, value) for value in wanted):
        return None
    return (actual in wanted) is (word == "in")


def _meets_order(sign: str, value: str, actual: str | None) -> bool | None:
    if not _NUMBER.fullmatch(value):
        return None
    if actual is None or not _NUMBER.fullmatch(actual):
        return False
    return int(actual) > int(value) if sign == ">" else int(actual) < int(value)
