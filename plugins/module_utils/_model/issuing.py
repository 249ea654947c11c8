# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an issuing site hands out, and what is known of it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .errors import Warnings
from .secret import SecretBytes
from .site import Endpoint, Mode, RouterConfig, Service, SiteCertificates, SiteConfig
from .token import Purpose


@dataclass(frozen=True)
class IssuingSite:
    """A site that can honour tokens: all that a token says about the site it comes from."""

    config: SiteConfig
    router: RouterConfig
    certificates: SiteCertificates
    endpoints: Mapping[Service, Endpoint]
    """Those that the token needs."""
    key: SecretBytes
    """The CA's key. It is looked at before anything is issued that it has to sign; what signs reads it again."""


@dataclass(frozen=True)
class Offer:
    """What is known of a credential before it is taken."""

    version: str
    """Version of the issuing site; "" if the credential does not say."""
    is_claim: bool
    hosts: Mapping[Mode, str]
    """Where a linking site of each mode connects first: to redeem a claim, or to the router."""
    warnings: Warnings = ()


@dataclass(frozen=True)
class NewClaim:
    """A claim that is to be made."""

    name: str
    password: SecretBytes
    expires: datetime | None
    uses: int | None
    purpose: Purpose | None
