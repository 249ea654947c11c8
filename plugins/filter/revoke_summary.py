# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of role revoke came to, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
name: revoke_summary
short_description: Summarize a run of role revoke
version_added: 0.9.0
description:
  - Returns lines of text about the results of a revocation and the links that were made again. Role C(revoke) shows them at the
    end of a run.
  - In check mode the lines describe what a run would do.
  - The lines name a site of the inventory by its host, and any other site by its name and id.
positional: _input
options:
  _input:
    description:
      - The plan, as P(sitemesh.skupper.link_plan#filter) returns it. The filter needs only its C(site_ids) and C(unread).
    type: dict
    required: true
  issuing:
    description:
      - The hosts whose access is revoked.
    type: list
    elements: str
    required: true
  revoked:
    description:
      - The registered results of M(sitemesh.skupper.skupper_revoke) on each of O(issuing), in the same order. For a host without a
        result, give an empty dictionary.
    type: list
    elements: dict
    required: true
  proofs:
    description:
      - The registered results of the second run of the module, after the links were made again, in the same order.
    type: list
    elements: dict
    default: []
  hosts:
    description:
      - The hosts to link again.
    type: list
    elements: str
    default: []
  links:
    description:
      - The registered results of M(sitemesh.skupper.skupper_links) on each of O(hosts), in the same order, or of
        M(sitemesh.skupper.skupper_link) in a loop over the issuing sites of a host, with the loop variable C(revoke_peer).
    type: list
    elements: dict
    default: []
  waits:
    description:
      - The registered results of waiting for these links in a second task, in the same order.
    type: list
    elements: dict
    default: []
  unread:
    description:
      - Hosts whose sites could not be read.
    type: list
    elements: str
    default: []
  outside:
    description:
      - Hosts that are not part of the run, for example because of a limit.
    type: list
    elements: str
    default: []
  evict:
    description:
      - The id of the evicted site.
    type: str
    default: ""
  kept_away:
    description:
      - By host, the registered results of the tasks that record the eviction and remove links to the evicted site, and at the end
        that of M(sitemesh.skupper.skupper_link_info) for its id. The lines name a host with a failed task or a remaining link.
    type: dict
    default: {}
    version_added: 0.10.0
  uncovered:
    description:
      - The sites that the eviction does not cover, as P(sitemesh.skupper.eviction_plan#filter) returns them (C(outside)).
    type: list
    elements: dict
    default: []
    version_added: 0.10.0
  check_mode:
    description:
      - Whether the results are predictions.
    type: bool
    default: false
author:
  - sitemesh.skupper contributors (@sitemesh)
seealso:
  - module: sitemesh.skupper.skupper_revoke
"""

EXAMPLES = r"""
- name: Report the outcome
  ansible.builtin.debug:
    msg: "{{ mesh_plan | sitemesh.skupper.revoke_summary(issuing=['hub'], revoked=[my_revocation], check_mode=ansible_check_mode) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample: ["hub: cut off kiosk, shop", "shop: linked to hub again, 7 seconds after the restart was requested"]
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.plugin_utils._filters import answer
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.results import mapping
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._summary.revocation import (
    outsider,
    revocation_lines,
    revoked_from,
)


def revoke_summary(
    plan: Any,
    issuing: Iterable[str],
    revoked: Iterable[Any],
    proofs: Iterable[Any] = (),
    hosts: Iterable[str] = (),
    links: Iterable[Any] = (),
    unread: Iterable[str] = (),
    outside: Iterable[str] = (),
    evict: str | None = "",
    kept_away: Any = None,
    uncovered: Iterable[Any] = (),
    check_mode: bool = False,
    waits: Iterable[Any] = (),
) -> Any:
    """Return the lines of a summary."""

    def lines() -> list[str]:
        made = revoked_from(mapping(plan), issuing, revoked, proofs, hosts, links, waits)
        return revocation_lines(
            replace(
                made,
                unread=[str(host) for host in unread],
                outside=[str(host) for host in outside],
                evict=str(evict or ""),
                kept_away={str(host): list(map(mapping, some)) for host, some in mapping(kept_away).items()},
                uncovered=[outsider(mapping(each)) for each in uncovered],
                check_mode=bool(check_mode),
            )
        )

    return answer("revoke_summary", lines)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"revoke_summary": revoke_summary}
