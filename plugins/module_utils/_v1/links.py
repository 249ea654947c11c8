# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of a site of Skupper v1: Secrets, of which its service-controller makes connectors of the router."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._kube.admission import check_admission
from .._kube.api import CONFIG_MAP, SECRET, NamespaceApi
from .._kube.retry import poll
from .._model.errors import Failure, Warnings
from .._model.issuing import Offer
from .._model.link import Link, LinkKind
from .._model.new_link import NewLink
from .._model.observed import Verdict
from .._model.reasons import Reason
from .._model.site import RouterConfig
from .._model.wait import Waiting
from .link_watch import LinkWatch, as_link
from .objects import keys
from .objects.link import read_link
from .objects.link_writing import forget_claim_patch, park_patch, unpark_patch, write_link
from .objects.site import read_router_config
from .successor import make_surely, patch_surely, put_back
from .vetting import vet


class Links:
    """The links of a site of Skupper v1."""

    router = f"Deployment {keys.ROUTER}"
    """What is restarted to restart a router, for sentences."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def vet(self, router: RouterConfig, offer: Offer | None) -> Warnings:
        """Raise Failure(version_unsupported, token_malformed, policy_denied) for a credential that can't be used here."""
        return vet(self._api, router, offer)

    def holder(self, name: str) -> tuple[bool, Link | None]:
        """Return whether a name is taken, and the link that has it. None if something else has."""
        manifest = self._api.get(SECRET, name)
        return manifest is not None, None if manifest is None else read_link(manifest)

    def check_admission(self, new: NewLink, check_mode: bool) -> Warnings:
        """Raise what would keep a link from being replaced under its own name. Change nothing."""
        return check_admission(self._api, write_link(new), f"Link {new.name}", check_mode)

    def create(self, new: NewLink) -> Link:
        """Make a link; raises Failure(conflict) if its name is taken."""
        return as_link(self._api.create(SECRET, write_link(new)), self._api, new.name)

    def create_surely(self, new: NewLink, waiting: Waiting) -> Link:
        """Make the successor of a link that was removed. Try until the time for waiting is over."""
        return make_surely(self._api, write_link(new), waiting)

    def put_back(self, former: Link, failure: Failure, waiting: Waiting) -> Failure:
        """Make a link again that was removed, unless its name is in use. Return the failure, which then says so."""
        return put_back(self._api, former, failure, waiting)

    def set_cost(self, link: Link, cost: int, waiting: Waiting) -> Link:
        """Give a link another cost.

        The router takes neither cost nor certificate from a connector it already has (cmd/config-sync), so the link
        leaves the controllers' sight, its connector goes, and it comes back; the certificate stays in its Secret.
        """
        former = link
        if link.kind is not LinkKind.PARKED:
            parked = replace(link, kind=LinkKind.PARKED, cost=cost)
            link = patch_surely(self._api, link, lambda found: park_patch(found, cost), parked, waiting)
        try:
            self.await_gone([link.name], waiting)
        except Failure:
            # Its connector is still there, with the cost that it had.
            if former.kind is not LinkKind.PARKED:
                patch_surely(self._api, link, lambda found: unpark_patch(found, former.cost), former, waiting)
            raise
        back = replace(link, kind=LinkKind.CERTIFICATE, cost=cost)
        return patch_surely(self._api, link, lambda found: unpark_patch(found, cost), back, waiting)

    def remove(self, link: Link) -> None:
        """Delete a link. Another one of its name stays."""
        self._api.delete(SECRET, link.name, link.uid)

    def await_gone(self, names: Iterable[str], waiting: Waiting) -> None:
        """Wait until the router's configuration has no connector of these names any more.

        A link made under the name of a connector that is still there would be taken for it, old certificate and all.
        """
        wanted = frozenset(names)

        def gone() -> bool | None:
            config = read_router_config(watcher.get(CONFIG_MAP, keys.ROUTER_CONFIG) or {})
            return True if not wanted.intersection(config.connectors) else None

        with self._api.watcher(waiting.timeout) as watcher:
            over = poll(gone, waiting.timeout, waiting.clock, watcher.rest)
        if over is None:
            raise Failure(
                Reason.LINK_REMOVAL_TIMEOUT,
                f"The connector of link {', '.join(sorted(wanted))} is still in the router's configuration in {self._api.place} "
                f"after {waiting.timeout} seconds (wait_timeout): check that the site's service-controller runs.",
            )

    def forget_claim(self, link: Link) -> None:
        """Note that the claim that a link was made with has been removed."""
        self._api.patch(SECRET, link.name, forget_claim_patch())

    def watch(self, seconds: float) -> LinkWatch:
        """Look at the site's links again and again, for so many seconds at most."""
        return LinkWatch(self._api, seconds)

    def forbidden(self, verdict: Verdict) -> Failure:
        """Return what to say of a link that a policy forbids."""
        link = verdict.link
        return Failure(
            Reason.LINK_DISABLED,
            f"Link {link.name} in {self._api.place} is disabled: no SkupperClusterPolicy allows links to {link.host}. "
            "Name the host in allowedOutgoingLinksHostnames; the link stays and connects when it is allowed.",
            link=verdict,
        )
