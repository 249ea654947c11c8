# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_report
short_description: Put together what is known of Skupper sites and their links
description:
  - Makes one report of what M(sitemesh.skupper.skupper_site_info) and M(sitemesh.skupper.skupper_link_info) returned for many hosts.
  - It holds nothing secret and nothing but text, numbers, lists and dictionaries, so that it can be written as JSON.
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
      - What M(sitemesh.skupper.skupper_site_info) returned on each of them, in the same order, whether it failed or not.
    type: list
    elements: dict
    required: true
  links:
    description:
      - What M(sitemesh.skupper.skupper_link_info) returned on each of them, in the same order.
    type: list
    elements: dict
    required: true
  asked:
    description:
      - What M(sitemesh.skupper.skupper_link_info) returned when issuing sites were asked about links, in the same order. An
        element may be the registered result of a loop. A link that is in there is taken from there.
    type: list
    elements: dict
    default: []
  complete:
    description:
      - Whether these are all hosts of the inventory. If not, nobody is called unknown.
    type: bool
    default: true
  warn_days:
    description:
      - A certificate is ending when it has so many days left, or fewer.
    type: int
    default: 30
  generated:
    description:
      - When the sites were read, as the report is to tell it.
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
    - The report. Its keys stay what they are as long as RV(_value.format) does; there may be more with a later release.
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
      description: How many networks the open links make of the sites. Sites that are linked to no other are not counted.
      type: int
      sample: 1
    summary:
      description: How many sites, sites that were read, links, links that are connected and problems of each kind there are, and the
        days that are left until the first certificate ends.
      type: dict
    sites:
      description: The sites of the hosts, and those that are linked with them and are in no inventory.
      type: list
      elements: dict
      contains:
        key:
          description: What links are told by, the host or the id of a site that is in no inventory.
          type: str
        host:
          description: The host. V(null) for a site that is in no inventory.
          type: str
        name:
          description: Name of the site.
          type: str
        state:
          description:
            - How it is doing, in the order in which one prevails.
            - V(unread), it could not be read; V(router), it has fewer routers ready than it should; V(down), one of its own links is
              not connected; V(ending), a certificate ends soon or has ended; V(island), it is connected with no other; V(ok);
              V(unknown) for sites that are in no inventory.
          type: str
        reason:
          description: Why it could not be read, as RV(sitemesh.skupper.skupper_site_info#module:reason).
          type: str
        message:
          description: The same as a sentence.
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
          description: How other sites are let in.
          type: str
        network:
          description: The first of the sites of its network. V(null) if it is connected with no other.
          type: str
        links_out:
          description: How many links of its own it has.
          type: int
        links_out_connected:
          description: How many of them are connected.
          type: int
        links_in:
          description: How many links of others to it are connected.
          type: int
        router_ready:
          description: How many of its routers are ready.
          type: int
        router_replicas:
          description: How many there should be.
          type: int
        not_after:
          description: When the first of its certificates ends.
          type: str
        days_left:
          description: Whole days until then, negative afterwards.
          type: int
        certificates:
          description: Its certificates, with C(what) being V(ca), V(server) or V(link), and C(name), C(not_after) and C(days_left).
          type: list
          elements: dict
    links:
      description: The links, by the keys of the sites. Those of sites that were not read are told by the issuing sites.
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
          description: Whether it works.
          type: bool
        cause:
          description: As RV(sitemesh.skupper.skupper_link_info#module:links[].cause).
          type: str
        reason:
          description: The same as a sentence.
          type: str
        cost:
          description: Its cost.
          type: int
        url:
          description: Where it leads.
          type: str
        not_after:
          description: When its certificate ends.
          type: str
        days_left:
          description: Whole days until then, negative afterwards.
          type: int
        managed:
          description: Whether this collection made it.
          type: bool
    problems:
      description: What is wrong, with C(kind), C(site), C(link) and C(text). P(sitemesh.skupper.status_problems#filter) tells the kinds.
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
    """The report of results that readers returned for hosts; what it says is never taken for a template."""
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
    """The links of a site, those in place of which a better answer was had by that."""
    known = {link["name"]: link for result in _results(asked) for link in result.get("links") or ()}
    if not known or not isinstance(links.get("links"), list):
        return links
    return {**links, "links": [known.get(link["name"], link) for link in links["links"]]}


def _results(asked: Any) -> Iterator[Mapping[str, Any]]:
    """A result, or those of a loop."""
    whole = _result(asked)
    yield whole
    yield from (_result(each) for each in whole.get("results") or ())


def _result(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        """It by its name."""
        return {"status_report": status_report}
