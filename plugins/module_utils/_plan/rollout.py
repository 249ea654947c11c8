# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether routers of before still run, and whether a restart helps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._model.authority import RevocableSite, RouterPod
from .._model.revocation import RevokeWish
from .revocable import ca_fingerprint


def former_pods(site: RevocableSite) -> list[RouterPod]:
    """Return the routers that may hold former certificates: those not younger than the last write of the present ones.

    Times are whole seconds, so that a router of the very second counts as a former one.
    """
    written = site.server.written
    return [pod for pod in site.rollout.pods if written is None or pod.created <= written]


def named_pods(pods: Iterable[RouterPod]) -> str:
    """Return the names of routers, each with why it goes."""
    return " and ".join(sorted(f"{pod.name} ({pod.leaves})" if pod.leaves else pod.name for pod in pods))


def is_restart_due(site: RevocableSite) -> bool:
    """Return whether routers of before stay, and no rollout replaces them, or has not been able to."""
    staying = [pod for pod in former_pods(site) if not pod.leaves]
    is_replaced = _is_for_present_ca(site) and bool(site.rollout.lack)
    return bool(staying) and not is_replaced and not _is_restarted(site)


def _is_for_present_ca(site: RevocableSite) -> bool:
    return site.rollout.authority == ca_fingerprint(site)


def _is_restarted(site: RevocableSite) -> bool:
    """Return whether the router was restarted with its present certificates: a pod that stays then is not the Deployment's."""
    restarted, written = site.rollout.restarted, site.server.written
    is_later = restarted is not None and written is not None and written < restarted <= site.now
    return is_later and _is_for_present_ca(site)


def rollout_lack(wish: RevokeWish, site: RevocableSite) -> str:
    """Return what is still missing until no router with former certificates runs; "" if nothing is."""
    left = former_pods(site)
    gone = wish.until_gone or bool(site.latest and site.latest.again)
    if left and gone:
        stays = "a restart did not end it" if _is_restarted(site) and not site.rollout.lack else ""
        named = named_pods(replace(pod, leaves=pod.leaves or stays) for pod in left)
        return f"{named} still runs with the former certificates"
    return site.rollout.lack if _is_for_present_ca(site) else ""
