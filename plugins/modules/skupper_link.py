#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_link
short_description: Link a Skupper site to an issuing site
version_added: 0.9.0
description:
  - Makes sure that a site is linked to the site that issued a token, and waits until the link works.
  - A link is told by the site it leads to. One that leads there already is left alone, whatever its name,
    unless it is stale or its cost differs.
  - With O(issuer) one task does all of it. It asks the issuing site for a claim if, and only if, a link is needed,
    hands it over in memory and removes the spent claim.
  - What could not work is refused before anything is written, such as an issuing site older than Skupper 0.8.0, or a host that
    no SkupperClusterPolicy allows links to. Where policies cannot be read with the account in use, a warning says so and the
    site's own controllers decide.
  - Before a link is replaced, a dry run asks the API server whether its successor would be admitted. A link that was taken away
    is put back if its successor cannot be made, or if it worked and its successor cannot be redeemed.
  - A claim that can never be redeemed ends the wait at once, and the link that this task made is removed.
    An issuing site that does not answer is waited for, and the link stays.
  - Works with Skupper 1.x.
requirements:
  - google-re2 >= 1.1 (optional, to evaluate policies with regular expressions before something is written; without it such
    policies are reported as undecided)
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.issuer
  - sitemesh.skupper._kube.wait
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Keys and passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(replace=always) every run makes a new link.
  async:
    support: full
options:
  name:
    description:
      - Name of the link. The default is V(link1), V(link2) and so on, the next that is free.
    type: str
  token:
    description:
      - The token of the issuing site, as a dictionary or as YAML text.
    type: raw
  src:
    description:
      - File that holds the token of the issuing site. It lies where the task runs.
      - A FIFO, socket or device is not read, nor is a file of more than 256 KiB.
    type: path
  cost:
    description:
      - Cost of the link. Traffic prefers cheap ways.
      - Another cost than the link has takes it down for some seconds. The router takes no new cost for an open link.
    type: int
    default: 1
  issuer_location:
    description:
      - Where the site is that O(token) or O(src) comes from, as RV(sitemesh.skupper.skupper_mesh_info#module:member.location). It is
        noted on a link that is made, so that another site which tells the same id is never taken for it, and a site in a place
        that this one has evicted is refused.
      - With O(issuer) it is found out.
      - With O(state=absent) it is where the site with O(site_id) is. A link that was certainly made to another place is left as it is,
        with a warning, and one that was certainly made to this place is removed, whatever id it has.
    type: dict
    suboptions:
      namespace:
        description:
          - Its namespace.
        type: str
      cluster:
        description:
          - UID of namespace C(kube-system) of its cluster.
        type: str
      authorities:
        description:
          - SHA-256 of the public keys of the CAs of its API server.
        type: list
        elements: str
  replace:
    description:
      - When an existing link to the issuing site is given a new credential.
      - V(stale) replaces a link that will not work again, one whose certificate was not signed by the issuing site's
        present CA, has ended, or whose claim was refused. With O(issuer) also one whose certificate ends within 30 days,
        and one that is down or is to be changed and leads to where the issuing site is no longer reached.
      - V(down) does so only if the link does not work as the network status of this site has it, whatever the issuing site says.
      - V(never) fails instead, but for a link that works.
      - V(always) replaces it at every run.
    type: str
    choices: [stale, down, never, always]
    default: stale
  site_id:
    description:
      - Id of the issuing site, in place of a credential.
      - With O(state=present) a link to it has to exist already. It is given the O(cost) and waited for; what would need a new
        credential fails.
    type: str
  stale:
    description:
      - Whether only links that will not work again should be absent, of those that the other options name or of all.
      - Such are links whose claim failed, whose certificate has ended, and those that are not connected and that no object
        of this site owns. With O(issuer) also those that the issuing site no longer honours.
      - A link whose Secret does not say which site it leads to is none of them as long as its certificate has not ended, and one
        that another tool manages is none for want of an owner.
      - Only with O(state=absent).
    type: bool
  state:
    description:
      - Whether the link should exist.
      - With V(present) one of O(issuer), O(token), O(src) and O(site_id) is needed.
      - With V(absent) it is found by O(name), by O(site_id) or O(issuer), or because it is O(stale).
      - With O(issuer) a claim that was issued for the link and is still there is removed, too.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: sitemesh.skupper.skupper_token
  - module: sitemesh.skupper.skupper_link_info
"""

EXAMPLES = r"""
- name: Link the private site to the public one
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    issuer:
      context: public-cluster
      namespace: west

- name: The same without a claim, where the claim server cannot be reached
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    issuer:
      context: public-cluster
      namespace: west
      type: cert

- name: Use a token file that another team handed over
  sitemesh.skupper.skupper_link:
    namespace: east
    src: ~/partner-token.yaml
    name: to-partner
    cost: 5

- name: Give a link that exists another cost, with no need of the issuing site
  sitemesh.skupper.skupper_link:
    namespace: east
    site_id: 3f1c2d64-8a5e-4c0f-9b7a-2f8e6d1c4b90
    cost: 10

- name: Remove what is left of links that will not work again
  sitemesh.skupper.skupper_link:
    namespace: east
    stale: true
    state: absent

- name: Remove a link
  sitemesh.skupper.skupper_link:
    namespace: east
    name: to-partner
    state: absent
"""

RETURN = r"""
link:
  description:
    - The link. In check mode, values that only a run can know are V((known after apply)).
    - After a timeout and after a refused claim it is returned, too.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the link.
      type: str
      returned: success
      sample: link1
    site_id:
      description: Id of the issuing site.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    state:
      description:
        - How the link is doing.
        - V(connected); V(ending), which is connected by a certificate that ends within 30 days; V(connecting);
          V(claim_waiting) and V(claim_failed), which have no certificate yet; V(stale), which its issuing site no longer
          honours or which leads to where it no longer is; V(expired), whose certificate has ended; V(disabled) by a policy;
          V(parked) by a change of its cost that was not finished; V(unknown), which does not say where it leads.
      type: str
      returned: success
      sample: connected
    connected:
      description: Whether the link works. V(null) if that can't be told.
      type: bool
      returned: success
      sample: true
    reason:
      description: Why the link is not V(connected), as a sentence. V(null) if it is.
      type: str
      returned: success
      sample: no connection to the issuing site is open
    cause:
      description:
        - What keeps the link from being V(connected), as a word that does not change between releases. V(null) if nothing does.
        - V(no_connection), V(connector_missing), V(router_down), V(endpoint_changed), V(policy_forbids), V(change_unfinished);
          V(author_unknown);
          V(ca_changed), V(certificate_ended), V(certificate_ends_soon);
          V(claim_not_tried), V(claim_refused), V(claim_rejected), V(claim_expired), V(claim_used_up), V(claim_removed),
          V(claim_corrupt), V(claim_given_up), V(issuer_unreachable), V(issuer_untrusted), V(issuer_trouble);
          V(claim_unknown) for one that is used up, expired, removed or was never there, which its claim server answers alike.
      type: str
      returned: success
      sample: no_connection
    cost:
      description: Cost of the link.
      type: int
      returned: success
      sample: 1
    url:
      description: Where the link leads.
      type: str
      returned: success
      sample: amqps://203.0.113.7:55671
    not_after:
      description: When the certificate of the link ends, in UTC. V(null) while there is none.
      type: str
      returned: success
      sample: "2031-01-30T09:00:00Z"
connected_at:
  description: When this run saw the link connected that it made or made anew, in UTC. V(null) if it did neither, or did not wait.
  type: str
  returned: success and O(state=present)
  sample: "2026-01-31T09:15:00Z"
issued:
  description:
    - What the issuing site was asked for with O(issuer), V(claim) or V(cert). V(null) if no credential was needed, or it was handed over.
  returned: success and O(state=present)
  type: str
  sample: claim
removed:
  description: The links that were removed, or in check mode would be.
  returned: success and O(state=absent)
  type: list
  elements: dict
  contains:
    name:
      description: Name of the link.
      type: str
      returned: success
      sample: link1
    site_id:
      description: Id of the issuing site.
      type: str
      returned: success
      sample: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
    reason:
      description: Why it was removed.
      type: str
      returned: success
      sample: its certificate ended at 2026-01-30T09:00:00Z
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(no_site), V(forbidden), V(claim_used_up), V(policy_denied), V(version_unsupported), V(site_evicted) or V(link_timeout).
  returned: failure
  type: str
  sample: no_site
change_reason:
  description: Why something had to be changed.
  returned: when something was changed
  type: str
  sample: there is no link to the issuing site
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link import LINK
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(LINK)


if __name__ == "__main__":
    main()
