#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_revoke
short_description: Revoke the access to a Skupper site
version_added: 0.9.0
description:
  - Invalidates all credentials that a site has issued, and proves it. The task makes claims unusable, gives the site a new CA and a
    new server certificate, deletes the claims and restarts the router. It ends when the new router serves and the old one is gone.
  - The proof is a final check that does not rely on the steps. It compares the keys of all certificates that the site trusts with
    those that it trusted before, and the age of every router with the time at which its certificate was stored
    (RV(revocation.proof)). The task fails if the proof does not hold.
  - A claim that was redeemed within the last two minutes may get a certificate after the CA was replaced. The task then replaces
    the CA once more when the old router is gone.
  - Before it writes anything, the task detects a site CA whose data another tool manages, such as cert-manager, External Secrets
    or Argo CD, and a CA that was restored after an earlier revocation. It does not rely on labels and annotations for this.
  - A revocation cuts all links that lead to the site, including desired ones. Make these again with
    M(sitemesh.skupper.skupper_link); the playbook C(sitemesh.skupper.revoke_access) does both. Links that lead from the site to
    others reconnect by themselves.
  - The task recognizes an interrupted revocation by O(id) from the site's objects, and completes it instead of starting again.
  - Before it writes anything, the task refuses an edge site, a site without a CA, a site whose ingress is not ready, and an account
    that lacks a right. An edge site issues no credentials. It links to others, so it accepts only O(scope=none).
  - The task overwrites the old CA and keeps no copy.
  - Works with Skupper 1.x.
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
    details:
      - Lists the claims and the linked sites that would be cut off. The task warns of the rights that the account lacks.
  diff_mode:
    support: full
    details:
      - CAs are shown as fingerprints. Keys and passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(scope=all), but without O(id), O(issued_before) and O(max_age), every run makes a new CA.
  async:
    support: full
options:
  scope:
    description:
      - What to revoke.
      - V(all) revokes every credential and makes a new CA.
      - V(claims) revokes the claims that the site has issued, redeemed or not. Links that were made with them stay, and so do cert
        tokens.
      - V(none) revokes nothing and only handles O(evict) and O(readmit).
    type: str
    choices: [all, claims, none]
    default: all
  id:
    description:
      - Name of this revocation, such as a ticket number. The task records it on the site, together with the keys that the site
        trusted before. The revocation counts as done as long as the site trusts none of these keys. A task with the same name
        then makes no second CA.
      - Version 0.9.0 recorded ids without these keys. Such an id can't be proved and does not count as done.
      - The name must not begin with C(evict) and a space. Evictions are recorded in this form.
    type: str
  issued_before:
    description:
      - Revoke only if the site CA is older than this RFC 3339 time, so that no credential issued before this time works.
      - The oldest CA that the site trusts counts. Its age is that of its certificate, or the time since it was stored, whichever is
        longer.
    type: str
  max_age:
    description:
      - Revoke only if the site CA is older than this or has ended. The value is a number of days (V(90d)) or a duration in Go's
        notation (V(2160h)). The age of the CA is determined as for O(issued_before).
    type: str
  ca_validity:
    description:
      - How long the new CA is valid, as a number of days or a duration in Go's notation.
        The default is V(43800h) (five years), as in Skupper. It must be longer than O(max_age).
    type: str
  evict:
    description:
      - Ids of sites to record as evicted, so that M(sitemesh.skupper.skupper_link) does not link them to this site again.
      - With O(scope=all) each eviction requires a new CA, regardless of O(id), O(issued_before) and O(max_age). It counts as done
        until the site is readmitted or linked to this one again. Until then the same eviction makes no second CA.
    type: list
    elements: str
  evict_locations:
    description:
      - Locations of the evicted sites, as M(sitemesh.skupper.skupper_site_info) returns them (C(site.location)). A site that is
        made again in its namespace has another id, and is recognized by its location.
      - If O(evict) has one id, the task records the locations as locations of that site.
    type: list
    elements: dict
    version_added: 0.10.0
  readmit:
    description:
      - Ids of sites to readmit. Without O(readmit_locations) this also readmits the locations that were recorded with these ids.
    type: list
    elements: str
  readmit_locations:
    description:
      - Locations to readmit. If given, no other location is readmitted, whatever O(readmit) names.
      - A location with C(evicted_ids), as in the site's list, readmits only that entry of the list.
    type: list
    elements: dict
    version_added: 0.10.0
  adopt:
    description:
      - Use the current site CA as the new one. First rotate it, with a new key, in the tool that manages it. The task then signs
        the server certificate with it, restarts the router, and proves the revocation as usual.
      - The task refuses a CA with a key that was trusted before, including a CA whose company root stays the same. It reads the old
        keys from what the router trusts, so it also refuses a CA that the router already trusts.
    type: bool
    default: false
    version_added: 0.10.0
  take_over:
    description:
      - Replace a site CA and a server certificate that another tool manages. A warning names the tool. The task fails if the tool
        restores the old CA.
    type: bool
    default: false
    version_added: 0.10.0
  watch:
    description:
      - Seconds after the write of the CA at which the task makes its final check, in case another tool restores the old CA.
        RV(revocation.proof.seen_until) is the time of that check.
      - If a tool restores the CA later, the next run with the same O(id) finds it, and so does
        O(sitemesh.skupper.skupper_site_info#module:since).
    type: int
    default: 5
    version_added: 0.10.0
  wait:
    description:
      - Whether to wait until the new router serves and the old one is gone. Until then links made with old credentials work.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum number of seconds to wait. After a timeout the next run completes the revocation.
    type: int
    default: 300
  wait_until:
    description:
      - What to wait for.
      - V(gone) waits until the new router serves and the old one is gone. Every link made with an old credential is then down.
      - V(serving) waits until the new router serves. Desired links can then be made again. The old router is still stopping; run
        the task again with V(gone) to be sure.
    type: str
    choices: [gone, serving]
    default: gone
seealso:
  - module: sitemesh.skupper.skupper_link
  - module: sitemesh.skupper.skupper_token
"""

EXAMPLES = r"""
- name: Show which sites would be cut off
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4711
  check_mode: true

- name: Invalidate all tokens of the site after a leak
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4711

- name: Replace the site CA every 90 days
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    max_age: 90d

- name: Cut off a site permanently
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    evict: [a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5]

- name: Revoke with a CA that cert-manager has just rotated
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    id: INC-4712
    adopt: true

- name: Withdraw all claims and keep the links
  sitemesh.skupper.skupper_revoke:
    context: public-cluster
    namespace: west
    scope: claims
"""

RETURN = r"""
revocation:
  description: The revocation as the task did it, or as check mode predicts it.
  returned: success, and failure with a timeout
  type: dict
  contains:
    id:
      description: The name given in O(id).
      returned: always
      type: str
      sample: INC-4711
    ca_before:
      description:
        - SHA-256 fingerprint of the CA before the revocation, in lower-case hex. With O(adopt) it is the fingerprint of the CA that
          the router trusted.
      returned: always
      type: str
      sample: 9f2c4d...
    ca_after:
      description: SHA-256 fingerprint of the CA after the revocation. The same as before if no new CA was needed.
      returned: always
      type: str
      sample: 41b7aa...
    cas_made:
      description: Number of CAs that this run made. More than one means that claims were redeemed shortly before or during the run.
      returned: always
      type: int
      sample: 1
    claims_removed:
      description: Names of the claims that the task deleted.
      returned: always
      type: list
      elements: str
      sample: [for-east]
    claims_redeemed:
      description: Deleted claims that had been redeemed, each with C(name) and the number of times (C(made)).
      returned: always
      type: list
      elements: dict
      sample: [{"name": "for-east", "made": 1}]
    proof:
      description:
        - Result of the final check. V(null) in check mode, without O(scope=all), and if no revocation is recorded.
      returned: always
      type: dict
      contains:
        state:
          description:
            - V(proved), or V(not_proved) if a check does not hold.
            - V(pending) if the task did not wait until the old router was gone.
          returned: always
          type: str
          sample: proved
        revoked_at:
          description:
            - When the CA that the proof concerns was replaced, by the API server's clock. Credentials issued since then are not
              revoked. V(null) if the revocation was recorded without keys.
          returned: always
          type: str
          sample: "2026-01-31T09:15:03Z"
          version_added: 0.10.0
        seen_until:
          description: Time of the final check, by the API server's clock.
          returned: always
          type: str
          sample: "2026-01-31T09:15:20Z"
        redemptions:
          description: Which claims were redeemed shortly before, and what the task did about them.
          returned: always
          type: str
          sample: none shortly before
        checks:
          description:
            - The checks, each with C(check), whether it C(holds), and the observed C(fact). They are C(authority) and C(trust) (no
              old key), C(server_certificate) (leads to the current CA), C(routers) (no old router), C(claims) (no old claim) and
              C(redemptions).
          returned: always
          type: list
          elements: dict
          sample:
            - check: authority
              holds: true
              fact: the site CA holds none of the 1 former key
    cut_off:
      description: Sites whose links to this one the task cut, each with C(site_id) and C(name).
      returned: always
      type: list
      elements: dict
      sample: [{"site_id": "a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5", "name": "east"}]
    evicted:
      description: Ids of all sites that are recorded as evicted.
      returned: always
      type: list
      elements: str
      sample: []
    steps:
      description:
        - The steps that the task took, each with C(step), its time C(at), and the C(seconds) since the task began.
      returned: always
      type: list
      elements: dict
      sample: [{"step": "replace_ca", "at": "2026-01-31T09:15:00Z", "seconds": 1.4}]
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(site_cannot_accept), V(ingress_pending), V(forbidden), V(ca_managed), V(ca_put_back), V(conflict),
      V(revocation_timeout) or V(revocation_not_proved).
  returned: failure
  type: str
  sample: revocation_timeout
change_reason:
  description: Why the task changed something.
  returned: when something was changed
  type: str
  sample: revocation INC-4711 has not been done
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.revoke import REVOKE
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module


def main() -> None:
    """Run the module."""
    run_module(REVOKE)


if __name__ == "__main__":
    main()
