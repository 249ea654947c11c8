# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until site-controller has made a site, or the garbage collector has taken one away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._kube.api import CONFIG_MAP, DEPLOYMENT, ROLE, ROLE_BINDING, SECRET, SERVICE, SERVICE_ACCOUNT, Kind, NamespaceApi
from .._kube.retry import poll
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.site import Mode, Service
from .._model.site_plan import FoundSite
from .._model.wait import Waiting
from .endpoints import resolve
from .objects import keys
from .objects.site import owning_site, read_site_config
from .objects.site_config import is_rolled_out, pod_notes, read_log_levels, reminder, template_notes
from .rules.settings import LOGGING, SERVICE_CONTROLLER, meaning

# What goes with a site and would stand in the way of another one (client/router_create.go). Some of these an
# account may have no right to read; they go at the same time as the others.
_OBJECTS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (DEPLOYMENT, (keys.ROUTER, keys.SERVICE_CONTROLLER)),
    (CONFIG_MAP, (keys.ROUTER_CONFIG, "skupper-services", "skupper-sasl-config")),
    (SERVICE, (keys.ROUTER, "skupper-router-local")),
    (
        SECRET,
        (
            keys.SITE_CA,
            keys.SITE_SERVER,
            "skupper-local-ca",
            "skupper-local-server",
            "skupper-local-client",
            "skupper-service-ca",
            "skupper-service-client",
        ),
    ),
)
_OTHER_OBJECTS: tuple[tuple[Kind, tuple[str, ...]], ...] = tuple(
    (kind, (keys.ROUTER, keys.SERVICE_CONTROLLER)) for kind in (SERVICE_ACCOUNT, ROLE, ROLE_BINDING)
)


@dataclass(frozen=True)
class Missing:
    """What a site does not have yet: objects that do not exist, and states to wait for."""

    objects: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    ingress: Failure | None = None
    begun: bool = True
    """Whether anything has been made of the site's configuration."""
    followed: bool = True
    """Whether site-controller has carried over what can be changed of the site's configuration."""

    def __bool__(self) -> bool:
        return bool(self.objects or self.states or self.ingress)

    def __str__(self) -> str:
        missing = [f"{name} is missing" for name in self.objects]
        return ", ".join([*missing, *self.states, *(["its ingress is pending"] if self.ingress else [])])


@dataclass(frozen=True)
class Readiness:
    """A site that is looked at until it can take tokens and links."""

    api: NamespaceApi
    site: FoundSite
    dropped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Annotations that the pods of a Deployment must not have any more."""
    follows: bool = False
    """Whether to wait for site-controller to follow what ConfigMap skupper-site says now."""

    def missing(self) -> Missing:
        """Return what the site does not have yet."""
        router = self._own(DEPLOYMENT, keys.ROUTER)
        internal = self._own(CONFIG_MAP, keys.ROUTER_CONFIG)
        if router is None and internal is None:
            begun = self._own(SECRET, "skupper-local-ca") is not None
            return Missing((f"Deployment {keys.ROUTER}",), begun=begun)
        found = [self._deployment(keys.ROUTER, router), self._configuration(internal)]
        if self._has_controller():
            controller = self._own(DEPLOYMENT, keys.SERVICE_CONTROLLER)
            found.append(self._deployment(keys.SERVICE_CONTROLLER, controller))
        if self.site.config.mode is Mode.INTERIOR:
            found.append(self._way_in())
        return Missing(
            tuple(name for each in found for name in each.objects),
            tuple(state for each in found for state in each.states),
            next((each.ingress for each in found if each.ingress), None),
            followed=all(each.followed for each in found),
        )

    def _own(self, kind: Kind, name: str) -> Mapping[str, Any] | None:
        """Return an object of this site; what an earlier site of the namespace has left does not count."""
        found = self.api.get(kind, name)
        return found if found is not None and owning_site(found) == self.site.config.site_id else None

    def _has_controller(self) -> bool:
        return meaning(SERVICE_CONTROLLER, self.site.data.get(SERVICE_CONTROLLER)) is True

    def _deployment(self, name: str, found: Mapping[str, Any] | None) -> Missing:
        if found is None:
            return Missing((f"Deployment {name}",))
        if not self._has_followed(name, found):
            return Missing(states=(f"Deployment {name} does not have the annotations of its pods yet",), followed=False)
        return Missing() if is_rolled_out(found) else Missing(states=(f"Deployment {name} is not ready",))

    def _has_followed(self, name: str, found: Mapping[str, Any]) -> bool:
        if not self.follows or not self._has_controller():
            return True
        notes = template_notes(found)
        kept = pod_notes(self.site, name).items() <= notes.items()
        return kept and not self.dropped.get(name, frozenset()).intersection(notes)

    def _configuration(self, internal: Mapping[str, Any] | None) -> Missing:
        if internal is None:
            return Missing((f"ConfigMap {keys.ROUTER_CONFIG}",))
        levels = meaning(LOGGING, self.site.data.get(LOGGING))
        if not self.follows or levels is None or read_log_levels(internal) == levels:
            return Missing()
        state = f"ConfigMap {keys.ROUTER_CONFIG} does not have the site's log levels yet"
        return Missing(states=(state,), followed=False)

    def _way_in(self) -> Missing:
        """Return what is missing of what other sites need to reach this one."""
        missing = tuple(f"Secret {name}" for name in (keys.SITE_CA, keys.SITE_SERVER) if not self._own(SECRET, name))
        try:
            resolve(self.api, self.site.config, *Service)
        except Failure as failure:
            if failure.reason is not Reason.INGRESS_PENDING:
                raise
            return Missing(missing, ingress=failure)
        return Missing(missing)


# Seconds that site-controller is given to follow a change, before it is taken to have failed and forgotten it: its
# writes meet those of the Deployment controller, and it repeats no write.
_PATIENCE = 15


@dataclass
class _Reminders:
    """Asks site-controller again for as long as it does not follow."""

    readiness: Readiness
    waiting: Waiting
    since: float
    """When it was asked last, by the clock."""
    asked: bool = False

    def heed(self, missing: Missing) -> None:
        """Ask again if it has been waited for long enough."""
        now = self.waiting.clock.monotonic()
        if missing.followed or now - self.since < _PATIENCE:
            return
        self.since = now
        api = self.readiness.api
        manifest = api.get(CONFIG_MAP, keys.SITE_CONFIG)
        if manifest is not None and read_site_config(manifest).site_id == self.readiness.site.config.site_id:
            self._ask(api, manifest)

    def _ask(self, api: NamespaceApi, manifest: Mapping[str, Any]) -> None:
        try:
            api.patch(CONFIG_MAP, keys.SITE_CONFIG, reminder(manifest, format_instant(api.now())))
        except Failure as failure:
            # Someone else has written it, which site-controller looks at as well; who may not write goes on waiting.
            if failure.reason not in (Reason.CONFLICT, Reason.FORBIDDEN, Reason.ADMISSION_DENIED):
                raise
        else:
            self.asked = True


def await_site(readiness: Readiness, waiting: Waiting) -> bool:
    """Wait until a site can take tokens and links; return whether site-controller had to be asked again.

    Raises Failure(ingress_pending, site_timeout) when time is over.
    """
    latest = [Missing()]
    reminders = _Reminders(readiness, waiting, waiting.clock.monotonic())

    def look() -> bool | None:
        latest[0] = readiness.missing()
        reminders.heed(latest[0])
        return None if latest[0] else True

    if poll(look, waiting.timeout, waiting.clock) is None:
        raise _timed_out(readiness, latest[0], waiting.timeout)
    return reminders.asked


# site-controller waits two minutes for a host to put into this certificate, and never comes back to it.
_GAVE_UP = (
    f"as long as Secret {keys.SITE_SERVER} is missing two minutes after the site was made, site-controller has given "
    "up, and the site has to be deleted and made again once its ingress works"
)


def _timed_out(readiness: Readiness, missing: Missing, seconds: int) -> Failure:
    site = f"Site {readiness.site.config.name} in {readiness.api.place}"
    server_missing = f"Secret {keys.SITE_SERVER}" in missing.objects
    if missing.ingress is not None:
        message = missing.ingress.message.rstrip(".")
        return Failure(Reason.INGRESS_PENDING, f"{message}{f'; {_GAVE_UP}' if server_missing else ''}.")
    after = f"after {seconds} seconds (wait_timeout)"
    if not missing.begun and not readiness.site.made_by_cli:
        return Failure(
            Reason.SITE_TIMEOUT,
            f"{site} was not begun {after}: no site-controller seems to act on namespace "
            f"{readiness.api.place.namespace}. Deploy Skupper's site-controller so that it watches the namespace; "
            "the site stays and comes up then.",
        )
    advice = _GAVE_UP if server_missing else "look at the log of site-controller and the events of the namespace"
    return Failure(Reason.SITE_TIMEOUT, f"{site} is not ready {after}: {missing}: {advice}.")


def await_site_removal(api: NamespaceApi, site_id: str | None, waiting: Waiting) -> None:
    """Wait until nothing of a deleted site is left, or without an id of any deleted site; raises Failure(site_removal_timeout)."""
    pending = [(kind, name) for kind, names in (*_OBJECTS, *_OTHER_OBJECTS) for name in names]

    def look() -> bool | None:
        pending[:] = [(kind, name) for kind, name in pending if _is_left(api, kind, name, site_id)]
        return None if pending else True

    if poll(look, waiting.timeout, waiting.clock) is None:
        left = ", ".join(f"{kind.singular} {name}" for kind, name in pending)
        raise Failure(
            Reason.SITE_REMOVAL_TIMEOUT,
            f"{left} of the deleted site in {api.place} still exist after {waiting.timeout} seconds "
            "(wait_timeout): check that the cluster's garbage collector runs.",
        )


def _is_left(api: NamespaceApi, kind: Kind, name: str, site_id: str | None) -> bool:
    try:
        found = api.get(kind, name)
    except Failure as failure:
        if failure.reason is Reason.FORBIDDEN and kind in (SERVICE_ACCOUNT, ROLE, ROLE_BINDING):
            return False
        raise
    owner = None if found is None else owning_site(found)
    return owner is not None and site_id in (None, owner)
