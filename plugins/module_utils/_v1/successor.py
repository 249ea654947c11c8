# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replace a link Secret so that, whatever fails, the site is left with a link.

The router takes no new certificate for a connector that it has, so that a link has to go before its successor comes. What
can be asked is asked before, what may be over soon is waited for, and what was taken away is put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable

from .._kube.admission import sentence
from .._kube.api import SECRET, NamespaceApi
from .._kube.retry import poll
from .._model.errors import Failure
from .._model.link import Link
from .._model.reasons import Reason
from .._model.wait import Waiting
from .link_watch import as_link
from .objects.link_writing import is_made_from, same_again

# A former link is restored within these seconds. The run has waited for its successor before.
_PUT_BACK_SECONDS = 15
# Other writers of the same Secret that one change puts up with.
_CONFLICTS = 8


def make_surely(api: NamespaceApi, manifest: Mapping[str, Any], waiting: Waiting) -> Link:
    """Create the successor of a link that was deleted; try until the time for waiting is over.

    Where the answer to a try was lost, the Secret shows whether it was created.
    """
    name = str(manifest["metadata"]["name"])

    def attempt() -> Link | Failure:
        try:
            return as_link(api.create(SECRET, manifest), api, name)
        except Failure as failure:
            if failure.reason is not Reason.CONFLICT:
                return _final(failure)
            found = api.get(SECRET, name)
            if found is not None and is_made_from(found, manifest):
                return as_link(found, api, name)
            return failure

    return _insist(attempt, waiting)


def patch_surely(
    api: NamespaceApi, link: Link, patch: Callable[[Link], Mapping[str, Any]], wanted: Link, waiting: Waiting
) -> Link:
    """Change the kind and the cost of a link; try until the time for waiting is over.

    Where the answer to a try was lost, the Secret shows whether it was changed. If another writer was faster, the change is
    made to the latest version, since a link must not stay parked for that.
    """

    def attempt() -> Link | Failure:
        latest = link
        for left in reversed(range(_CONFLICTS)):
            try:
                return as_link(api.patch(SECRET, link.name, patch(latest)), api, link.name)
            except Failure as failure:
                latest = as_link(api.get(SECRET, link.name), api, link.name)
                if (latest.uid, latest.kind, latest.cost) == (link.uid, wanted.kind, wanted.cost):
                    return latest
                if failure.reason is not Reason.CONFLICT or latest.uid != link.uid or not left:
                    return _final(failure)
        return latest

    return _insist(attempt, waiting)


def _final(failure: Failure) -> Failure:
    """Return a failure that another try can't mend; raises one that may be over soon, as poll() decides."""
    code = failure.details.get("code")
    refused = isinstance(code, int) and 400 <= code < 500 and code != 429
    if refused:
        return failure
    raise failure


def _insist(attempt: Callable[[], Link | Failure], waiting: Waiting) -> Link:
    """Try until there is a link, or a failure that another try can't mend; raises that, or the last of the others."""
    (found,) = poll(lambda: (attempt(),), waiting.timeout, waiting.clock) or (TimeoutError(),)
    if isinstance(found, Link):
        return found
    raise found


def put_back(api: NamespaceApi, former: Link, failure: Failure, waiting: Waiting) -> Failure:
    """Create a link again that was deleted, unless its name is in use. Return the failure, which then says so."""
    patience = replace(waiting, timeout=min(waiting.timeout, _PUT_BACK_SECONDS))
    try:
        if api.get(SECRET, former.name) is not None:
            return failure
        make_surely(api, same_again(former.stored), patience)
    except Failure as again:
        return Failure(
            failure.reason,
            f"{sentence(failure)} Link {former.name} in {api.place} was removed before and could not be restored: "
            f"{sentence(again)} Run this again.",
            **failure.details,
        )
    message = f"{sentence(failure)} Link {former.name} was restored as it was."
    return Failure(failure.reason, message, **failure.details)
