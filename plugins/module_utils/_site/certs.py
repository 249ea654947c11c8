# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign cert tokens (client/connector_token_create.go); the issuing site keeps nothing of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.errors import Failure, Warnings
from .._model.issuing import IssuingSite
from .._model.site import Service
from .._model.token import CertToken
from .._model.wait import Choice, Wait
from .._pki.issue import Authority, issue_client
from .._plan.cert import CertSite, CertStep, CertWish, change_after, plan_cert
from .generations.policies import link_policies
from .generations.readers import reader
from .issuing import issuing_site, require_signer
from .serials import new_serial


@dataclass(frozen=True)
class CertOutcome:
    """A cert token after a run, or as check mode predicts it."""

    change: Change
    token: CertToken | None
    """None if it is yet to be signed."""
    site_id: str
    warnings: Warnings = ()


def certifying_site(api: NamespaceApi, patience: Wait | None) -> IssuingSite:
    """Read what a cert token needs: a CA, and where the router takes links of both kinds."""
    return issuing_site(api, patience, Service.INTER_ROUTER, Service.EDGE)


def ensure_cert(
    api: NamespaceApi,
    wish: CertWish,
    existing: CertToken | None,
    choose: Choice,
    check_mode: bool,
    patience: Wait | None = None,
) -> CertOutcome:
    """Return the existing token if it still serves, else a new one. Write nothing anywhere."""
    site = certifying_site(api, patience)
    facts = CertSite(site.config.site_id, site.certificates.ca, site.endpoints)
    plan = plan_cert(wish, facts, existing, api.now())
    if plan.step is CertStep.KEEP:
        return CertOutcome(plan.change, existing, site.config.site_id)
    require_signer(api, site)
    warnings = link_policies(api).require_incoming()
    if check_mode:
        return CertOutcome(plan.change, None, site.config.site_id, warnings)
    token = sign_token(api, site, wish.name, wish.validity, choose)
    return CertOutcome(change_after(plan, token), token, site.config.site_id, warnings)


def sign_token(api: NamespaceApi, site: IssuingSite, name: str, validity: timedelta, choose: Choice) -> CertToken:
    """Sign a client certificate with the CA as it is now; the only place where the CA's key is read."""
    certificate, key = reader(api).signing_pair()
    try:
        issued = issue_client(Authority(certificate, key), name, validity, new_serial(choose), api.now())
    except Failure as failure:
        raise failure.located(api.place) from None
    return CertToken(
        name=name,
        site_id=site.config.site_id,
        site_version=site.router.version,
        endpoints=site.endpoints,
        certificate=issued.certificate,
        key=issued.key,
        ca=certificate,
    )
