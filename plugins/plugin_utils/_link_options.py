# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn variables of hosts into the options that reach their sites, and into the links of a task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_OPTIONS = ("kubeconfig", "context", "namespace")
# Keys of a site outside the inventory that are no connection options.
WISHES = ("exposure", "accepts_from")


def host_options(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options of a host's site, from the host's variables."""
    named = {option: variables.get(f"skupper_{option}") for option in _OPTIONS}
    return {**named, **(variables.get("skupper_connection") or {})}


def site_options(site: str, hostvars: Mapping[str, Any], stand_ins: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options of a site; raises ValueError if it is neither a host nor a stand-in."""
    if site in stand_ins:
        return {key: value for key, value in stand_ins[site].items() if key not in WISHES}
    if site not in hostvars:
        raise ValueError(f"{site} is not a host of the inventory")
    return host_options(hostvars[site])


def link_options(
    steps: Iterable[Any],
    hostvars: Mapping[str, Any] | None = None,
    stand_ins: Mapping[str, Any] | None = None,
    earlier: Iterable[Any] | None = None,
    **common: Any,
) -> list[dict[str, Any]]:
    """Return the links of a task, one for each step.

    A step is the name of a site that is linked to, or a dictionary with ``peer``, ``cost`` and ``replace``. Raise ValueError
    for a site that is neither a host nor a stand-in. With ``earlier``, keep only links that an earlier task has returned
    returned there.
    """
    found = None if earlier is None else {str(each["peer"]): each for each in earlier if isinstance(each, Mapping)}
    links = []
    for step in steps:
        known = step if isinstance(step, Mapping) else {"peer": step}
        peer = str(known["peer"])
        if found is not None and peer not in found:
            continue
        link = {"peer": peer, **{key: known[key] for key in ("cost", "replace") if key in known}}
        if hostvars is not None:
            link["issuer"] = {**site_options(peer, hostvars, stand_ins or {}), **common}
        if found is not None:
            link["earlier"] = found[peer]
        links.append(link)
    return links
