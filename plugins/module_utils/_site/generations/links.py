# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How links are kept, whatever the generation of the linking site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.errors import Failure, Warnings
from ..._model.issuing import Offer
from ..._model.link import Link, NetworkView
from ..._model.new_link import NewLink
from ..._model.observed import Verdict
from ..._model.site import RouterConfig
from ..._model.wait import Waiting
from ..._v1.links import Links


class LinkLook(Protocol):
    """One look at all links of a site: what several of them need is read once."""

    def link(self, name: str, age: float = 0.0) -> Link:
        """Return a link as it is, or was ``age`` seconds ago; raises Failure(conflict) if it was removed."""

    def network(self, *site_ids: str) -> NetworkView:
        """Return the site's open connections, by the first of its ids that it reports them under."""

    def links(self) -> tuple[Link, ...]:
        """Return all links of the site, read after its open connections."""


class LinkWatch(Protocol):
    """Looks at the links of a site, for as long as it is open."""

    def __enter__(self) -> LinkWatch:
        """Open it."""

    def __exit__(self, *error: object) -> None:
        """End what was begun for it."""

    def look(self) -> LinkLook:
        """Begin one look at all links of the site."""

    def rest(self, pause: float, left: float) -> None:
        """Wait for a change, at most ``left`` seconds. Where changes are not seen, wait ``pause`` seconds."""


class LinkStore(Protocol):
    """The links of a linking site."""

    @property
    def router(self) -> str:
        """Return what is restarted to restart a router, for sentences."""

    def vet(self, router: RouterConfig, offer: Offer | None) -> Warnings:
        """Raise Failure(version_unsupported, token_malformed, policy_denied) for a credential that can't be used here."""

    def holder(self, name: str) -> tuple[bool, Link | None]:
        """Return whether a name is taken, and the link that has it. None if something else has."""

    def check_admission(self, new: NewLink, check_mode: bool) -> Warnings:
        """Raise what would keep a link from being replaced under its own name. Change nothing."""

    def create(self, new: NewLink) -> Link:
        """Make a link; raises Failure(conflict) if its name is taken."""

    def create_surely(self, new: NewLink, waiting: Waiting) -> Link:
        """Make the successor of a link that was removed. Try until the time for waiting is over."""

    def put_back(self, former: Link, failure: Failure, waiting: Waiting) -> Failure:
        """Make a link again that was removed, unless its name is in use. Return the failure, which then says so."""

    def set_cost(self, link: Link, cost: int, waiting: Waiting) -> Link:
        """Give a link another cost."""

    def remove(self, link: Link) -> None:
        """Delete a link. Another one of its name stays."""

    def await_gone(self, names: Iterable[str], waiting: Waiting) -> None:
        """Wait until the router has no trace of links of these names any more; raises Failure(link_removal_timeout)."""

    def forget_claim(self, link: Link) -> None:
        """Note that the claim that a link was made with has been removed."""

    def watch(self, seconds: float) -> LinkWatch:
        """Look at the site's links again and again, for so many seconds at most."""

    def forbidden(self, verdict: Verdict) -> Failure:
        """Return what to say of a link that a policy forbids."""


def link_store(api: NamespaceApi) -> LinkStore:
    """Return the links of the site in a namespace."""
    return Links(api)
