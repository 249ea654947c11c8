#!/usr/bin/python

# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: skupper_token
short_description: Issue or withdraw tokens of a Skupper site
version_added: 0.9.0
description:
  - Issues a named claim on a site, and returns the token with which another site can redeem it.
  - With O(type=cert) the task signs a cert token instead, as Skupper's own command line does. The site keeps no record of it.
    The task keeps the cert token in the file O(dest) as long as it leads to the current site, the site's current CA signed it,
    and it does not end soon.
  - Before it writes anything, the task refuses a site that could not honour the token. This is a site whose ingress is not
    ready, an edge site, a site for which no SkupperClusterPolicy allows incoming links, or a site whose CA could not sign.
  - The task does not issue an existing claim again. It restores the token from the record that the site keeps.
  - If the limits of a claim differ, the task changes them in place. The password stays the same.
  - Works with Skupper 1.x.
requirements:
  - google-re2 >= 1.1 (optional, to evaluate policies with regular expressions before something is written; without it such
    policies are reported as undecided)
author:
  - sitemesh.skupper contributors (@sitemesh)
extends_documentation_fragment:
  - sitemesh.skupper._kube
  - sitemesh.skupper._kube.limits
  - sitemesh.skupper._kube.ingress
  - sitemesh.skupper._attributes
  - sitemesh.skupper._attributes.action_group
  - sitemesh.skupper._attributes.fast_path
attributes:
  check_mode:
    support: full
    details:
      - For a token that does not exist yet the task returns a placeholder, which M(sitemesh.skupper.skupper_link) recognizes in
        check mode.
  diff_mode:
    support: full
    details:
      - Passwords are never part of a diff.
  idempotent:
    support: partial
    details:
      - With O(renew=always) every run makes a new token.
  async:
    support: partial
    details:
      - Refused if the task would return the token, since C(async_status) would print it. Set O(dest).
options:
  name:
    description:
      - Name of the token. With O(type=claim) it is the name of the claim, and required.
      - With O(type=cert) it is also the common name of the certificate. The default is V(skupper).
    type: str
  type:
    description:
      - The kind of token.
      - A V(claim) can be redeemed for a certificate, O(uses) times within O(expiry), and can be withdrawn.
      - A V(cert) token holds a certificate. Its holder can link any number of sites until the certificate ends or the access to
        the site is revoked. To sign it, the account needs the right to read the Secret C(skupper-site-ca).
      - A site CA whose key is EC, or not in PKCS#1 form, can sign cert tokens but no claims, since Skupper can't read the key.
    type: str
    choices: [claim, cert]
    default: claim
  issued_for:
    description:
      - The site that will redeem the claim. The task records it on the claim. It reuses, changes and removes only a claim with the
        same record. Any other claim of that name belongs to somebody else, and the task leaves it alone. The new claim then gets
        another name, O(name) with a number, which RV(name) returns.
      - The task issues no claim for a site that the issuing site has evicted.
      - Without this option the task reuses any claim of that name.
      - No effect with O(type=cert).
    type: dict
    suboptions:
      site_id:
        description:
          - Id of the linking site.
        type: str
        required: true
      link:
        description:
          - Name of the future link, if known.
        type: str
      location:
        description:
          - Location of the linking site, as RV(sitemesh.skupper.skupper_mesh_info#module:member.location). The site itself
            chooses the id that it reports. A claim that was issued for that id at another location belongs to somebody else.
        type: dict
        suboptions:
          namespace:
            description:
              - Namespace of the site.
            type: str
          cluster:
            description:
              - UID of namespace C(kube-system) of the site's cluster.
            type: str
          authorities:
            description:
              - SHA-256 of the public keys of the CAs of the site's API server.
            type: list
            elements: str
  validity:
    description:
      - How long the certificate of a cert token is valid, as a duration in Go's notation or in days (V(90d)).
        The default and the maximum are V(43800h) (five years), as in Skupper.
      - Only with O(type=cert).
    type: str
  renew_before:
    description:
      - Replace a cert token in O(dest) when its remaining validity is shorter than this duration in Go's notation or in days
        (V(90d)). The default is V(720h) (30 days), or a third of O(validity) if that is shorter.
      - Only with O(type=cert).
    type: str
  renew:
    description:
      - When to replace an existing token of that name.
      - V(never) keeps a claim that is used up or expired, and returns it with RV(usable=false).
      - V(unusable) replaces a claim that can no longer be redeemed.
      - V(always) replaces the token at every run. Tokens of the old claim no longer work; old cert tokens still do.
      - The task always replaces a cert token in O(dest) that no longer serves. Without O(dest) it cannot find a cert token again,
        and V(always) is needed.
    type: str
    choices: [never, unusable, always]
    default: never
  dest:
    description:
      - File to write the token to, on the machine where the task runs. Skupper's own command line can read it. Its mode is V(0600).
      - The task does not write the file again as long as it holds the token.
      - The task replaces the file atomically. An existing file keeps its owner.
      - Before it issues anything, the task refuses a symbolic link, FIFO, socket or device. It also refuses a file of another user
        if it could not keep that owner, or if another user may have put the file there, as in C(/tmp).
      - O(state=absent) removes the file if it holds a token of that name.
      - Without this option the task returns the token, and Ansible hides the result.
    type: path
  state:
    description:
      - Whether the claim should exist.
      - Removing a claim does not affect links that were made with it. If the claim was redeemed within the last two minutes, the
        task records this on Secret C(skupper-site-ca), for a revocation (M(sitemesh.skupper.skupper_revoke)) that follows at once.
      - V(absent) is refused with O(type=cert). To invalidate cert tokens, revoke the access to the site.
    type: str
    choices: [present, absent]
    default: present
  wait_timeout:
    description:
      - Maximum number of seconds to wait with O(wait_for_ingress=true).
    type: int
    default: 120
seealso:
  - module: sitemesh.skupper.skupper_link
"""

EXAMPLES = r"""
- name: Issue a claim that one site can redeem within 15 minutes
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-east
  register: issued

- name: Use it from the private cluster
  sitemesh.skupper.skupper_link:
    context: private-cluster
    namespace: east
    token: "{{ issued.token }}"

- name: Write a token for two sites and half an hour to a file
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-partner
    expiry: 30m0s
    uses: 2
    dest: ~/partner-token.yaml

- name: Write a cert token for 90 days to a file, and renew it 30 days before its end
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    type: cert
    name: for-partner
    validity: 90d
    dest: ~/partner-cert.yaml

- name: Withdraw an unused claim
  sitemesh.skupper.skupper_token:
    context: public-cluster
    namespace: west
    name: for-partner
    state: absent
"""

RETURN = r"""
token:
  description:
    - The token, as O(sitemesh.skupper.skupper_link#module:token) takes it.
    - In check mode it is a placeholder without secrets.
  returned: success, O(state=present) and without O(dest)
  type: dict
  sample:
    apiVersion: v1
    kind: Secret
    metadata:
      name: for-east
      labels:
        skupper.io/type: token-claim
      annotations:
        skupper.io/generated-by: 8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4
        skupper.io/url: https://203.0.113.7:8081/for-east
    data:
      ca.crt: ...
      password: ...
name:
  description: Name of the token. It differs from O(name) if the name was taken (see O(issued_for)).
  returned: success
  type: str
  sample: for-east
type:
  description: The kind of token.
  returned: success
  type: str
  sample: claim
usable:
  description: Whether a site could use the token now.
  returned: success
  type: bool
  sample: true
expires_at:
  description: When the claim expires or the certificate ends, in UTC. V(null) if it never does.
  returned: success and O(state=present)
  type: str
  sample: "2026-01-31T09:15:00Z"
uses_remaining:
  description: How many sites can still use the token. V(null) if the number is not limited, and for a cert token.
  returned: success and O(state=present)
  type: int
  sample: 1
uses_made:
  description: How often the claim has been redeemed. V(null) for a cert token, since its uses are not counted.
  returned: success and O(state=present)
  type: int
  sample: 0
dest:
  description: The file that holds the token.
  returned: success and O(dest) is set
  type: str
  sample: /home/ops/partner-token.yaml
reason:
  description:
    - Why the task failed, as a word that does not change between releases.
    - For example V(no_site), V(forbidden), V(ingress_pending), V(policy_denied) or V(ca_unusable).
  returned: failure
  type: str
  sample: no_site
change_reason:
  description: Why the task changed something.
  returned: when something was changed
  type: str
  sample: there is no such claim
"""

from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runner import run_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN


def main() -> None:
    """Run the module."""
    run_module(TOKEN)


if __name__ == "__main__":
    main()
