# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: Assemble a report of Skupper sites and their links
description:
  - Returns one report of the results of M(sitemesh.skupper.skupper_site_info) and M(sitemesh.skupper.skupper_link_info) for many
    hosts.
  - The report holds no secrets. It consists of text, numbers, lists and dictionaries, and can be written as JSON.
author:
  - sitemesh.skupper contributors (@sitemesh)
positional: _input
options:
  _input:
    description:
      - The hosts, each of which is a site.
    type: list
    elements: str
    required: true
  sites:
    description:
      - The results of M(sitemesh.skupper.skupper_site_info) on the hosts, in the same order, including failed results.
    type: list
    elements: dict
    required: true
  links:
    description:
      - The results of M(sitemesh.skupper.skupper_link_info) on the hosts, in the same order.
    type: list
    elements: dict
    required: true
  asked:
    description:
      - The results of M(sitemesh.skupper.skupper_link_info) with O(sitemesh.skupper.skupper_link_info#module:issuers), in the same
        order. An element may be the registered result of a loop. These results take precedence over O(links).
    type: list
    elements: dict
    default: []
  complete:
    description:
      - Whether these are all hosts of the inventory. If not, the report calls no site unknown.
    type: bool
    default: true
  warn_days:
    description:
      - Number of days before its end from which a certificate counts as ending.
    type: int
    default: 30
  generated:
    description:
      - When the sites were read, as text for the report.
    type: str
seealso:
  - plugin: sitemesh.skupper.status_table
    plugin_type: filter
  - plugin: sitemesh.skupper.status_page
    plugin_type: filter
  - plugin: sitemesh.skupper.status_mermaid
    plugin_type: filter
  - plugin: sitemesh.skupper.status_problems
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Assemble the report
  ansible.builtin.set_fact:
    report: >-
      {{ ansible_play_hosts_all
         | sitemesh.skupper.status_report(sites=ansible_play_hosts_all | map('extract', hostvars, 'my_site'),
                                          links=ansible_play_hosts_all | map('extract', hostvars, 'my_links')) }}
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The report. Its keys stay the same as long as RV(_value.format) does. A later release may add keys.
  type: dict
  contains:
    format:
      description: The format of the report.
      type: int
      sample: 1
    generated:
      description: When the sites were read.
      type: str
      sample: "2026-11-25T03:40:00Z"
    networks:
      description: Number of networks that the open links form. A site that is linked with no other does not count.
      type: int
      sample: 1
    summary:
      description: The numbers of sites, of sites that were read, of links, of connected links and of problems of each kind, and the
        number of days until the first certificate ends.
      type: dict
    sites:
      description: The sites of the hosts, and sites outside the inventory that are linked with them.
      type: list
      elements: dict
      contains:
        key:
          description: Key by which links refer to the site, its host, or the id of a site outside the inventory.
          type: str
        host:
          description: The host. V(null) for a site outside the inventory.
          type: str
        name:
          description: Name of the site.
          type: str
        state:
          description:
            - State of the site, the first of these that applies.
            - V(unread), it could not be read; V(router), it has fewer ready routers than desired; V(down), one of its own links is
              not connected; V(ending), a certificate ends soon or has ended; V(island), it is connected with no other; V(ok);
              V(unknown) for sites outside the inventory.
          type: str
        reason:
          description: Why the site could not be read, as RV(sitemesh.skupper.skupper_site_info#module:reason).
          type: str
        message:
          description: Why the site could not be read, as a sentence.
          type: str
        site_id:
          description: Id of the site.
          type: str
        exposure:
          description: V(public) or V(private).
          type: str
        mode:
          description: V(interior) or V(edge).
          type: str
        version:
          description: Version of Skupper.
          type: str
        ingress:
          description: How other sites reach the site.
          type: str
        network:
          description: The first site of its network. V(null) if it is connected with no other.
          type: str
        links_out:
          description: Number of its own links.
          type: int
        links_out_connected:
          description: Number of its own links that are connected.
          type: int
        links_in:
          description: Number of connected links of other sites to it.
          type: int
        router_ready:
          description: Number of its routers that are ready.
          type: int
        router_replicas:
          description: Desired number of its routers.
          type: int
        not_after:
          description: When the first of its certificates ends.
          type: str
        days_left:
          description: Whole days until the first of its certificates ends, negative afterwards.
          type: int
        certificates:
          description: Its certificates, with C(what) being V(ca), V(server) or V(link), and C(name), C(not_after) and C(days_left).
          type: list
          elements: dict
    links:
      description: The links, by the keys of the sites. Links of unread sites come from the issuing sites.
      type: list
      elements: dict
      contains:
        source:
          description: Key of the linking site.
          type: str
        target:
          description: Key of the issuing site.
          type: str
        name:
          description: Name of the link. V(null) if the linking site was not read.
          type: str
        state:
          description: As RV(sitemesh.skupper.skupper_link_info#module:links[].state).
          type: str
        connected:
          description: Whether the link works.
          type: bool
        cause:
          description: As RV(sitemesh.skupper.skupper_link_info#module:links[].cause).
          type: str
        reason:
          description: Why the link is not connected, as a sentence.
          type: str
        cost:
          description: Cost of the link.
          type: int
        url:
          description: Address that the link dials.
          type: str
        not_after:
          description: When its certificate ends.
          type: str
        days_left:
          description: Whole days until its certificate ends, negative afterwards.
          type: int
        managed:
          description: Whether this collection made it.
          type: bool
    problems:
      description: The problems, with C(kind), C(site), C(link) and C(text). P(sitemesh.skupper.status_problems#filter) documents
        the kinds.
      type: list
      elements: dict
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.sitemesh.skupper.plugins.plugin_utils._status.report import Read, make_report


def status_report(
    hosts: Iterable[str],
    sites: Iterable[Any],
    links: Iterable[Any],
    asked: Iterable[Any] = (),
    warn_days: int = 30,
    generated: str | None = None,
    complete: bool = True,
) -> Any:
    """Return the report of results that readers returned for hosts. Its texts are marked as no templates."""
    names, of_sites, of_links, again = list(hosts), list(sites), list(links), list(asked)
    if not len(names) == len(of_sites) == len(of_links) or len(again) not in (0, len(names)):
        raise AnsibleFilterError("status_report needs as many results of sites and of links as there are hosts.")
    reads = [
        Read(str(name), _result(site), _better(_result(link), better))
        for name, site, link, better in zip(names, of_sites, of_links, again or [None] * len(names))
    ]
    try:
        made = make_report(
            reads, int(warn_days), None if generated is None else str(generated), complete=bool(complete)
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise AnsibleFilterError(
            f"status_report was given something that the readers do not return: {error!r}"
        ) from error
    return wrap_var(made.as_dict())


def _better(links: Mapping[str, Any], asked: Any) -> Mapping[str, Any]:
    """Return the links of a site. What was found by asking issuing sites replaces what the site itself says."""
    known = {link["name"]: link for result in _results(asked) for link in result.get("links") or ()}
    if not known or not isinstance(links.get("links"), list):
        return links
    return {**links, "links": [known.get(link["name"], link) for link in links["links"]]}


def _results(asked: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a result, or those of a loop."""
    whole = _result(asked)
    yield whole
    yield from (_result(each) for each in whole.get("results") or ())


def _result(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """Return it by its name."""
        return {"status_report": status_report}
