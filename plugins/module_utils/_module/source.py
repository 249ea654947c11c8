# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the credential of a link from where the options say it comes from."""

from __future__ import annotations

from .._site.credentials import CertificateIssuer, ClaimIssuer, EitherIssuer, NoCredential, Source, TokenInHand
from .clients import client_for
from .documents import parse_token
from .options.issuer import IssuerOptions
from .options.link import CredentialOptions
from .runtime import Runtime
from .token_files import read_token_file


def link_source(options: CredentialOptions, runtime: Runtime) -> Source:
    """Return where the credential of a link comes from; raises Failure for a token that is none."""
    if options.issuer is not None:
        return _issuing_source(options.issuer, runtime)
    if options.site_id is not None:
        return NoCredential(options.site_id)
    src = runtime.path(options.src)
    token = parse_token(options.token) if src is None else read_token_file(src)
    return TokenInHand(token, options.location)


def _issuing_source(issuer: IssuerOptions, runtime: Runtime) -> Source:
    patience = runtime.patience(issuer.wait)
    api = client_for(issuer.connection, runtime)
    if issuer.kind == "auto":
        return EitherIssuer(api, issuer.limits, runtime.choose, patience)
    if issuer.kind == "claim":
        return ClaimIssuer(api, issuer.limits, runtime.choose, patience)
    return CertificateIssuer(api, runtime.choose, patience)
