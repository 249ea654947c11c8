# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask an API server whether it would accept an object, before the one in its place is removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .api import SECRET, NamespaceApi

# k8s.io/apiserver, pkg/admission/plugin/webhook/errors: the message for a webhook that has side effects.
_REFUSES_DRY_RUNS = re.compile(r'admission webhook "([-a-z0-9.]{1,253})" does not support dry run')


def check_admission(
    api: NamespaceApi, manifest: Mapping[str, Any], what: str, check_mode: bool = False
) -> tuple[str, ...]:
    """Raise what would keep a Secret from being made again under its own name. Change nothing.

    A dry run checks rights, admission and quotas before the name, so that a conflict is the best answer. An account that
    may only read does not get to admission. In check mode that is a warning, since another account may run the task.
    """
    try:
        api.create(SECRET, manifest, dry_run=True)
    except Failure as failure:
        if failure.reason is Reason.CONFLICT:
            return ()
        unknown = _why_unknown(api, failure, check_mode)
        if not unknown:
            message = f"{sentence(failure)} {what} was left as it is."
            raise Failure(failure.reason, message, **failure.details) from None
        return (
            f"admission_unknown: it is not known whether the successor of {what} in {api.place} will be admitted: {unknown}.",
        )
    return ()


def _why_unknown(api: NamespaceApi, failure: Failure, check_mode: bool) -> str:
    webhook = _REFUSES_DRY_RUNS.search(failure.message)
    if webhook is not None:
        return f"admission webhook {webhook[1]} refuses dry runs"
    reads_only = check_mode and failure.reason is Reason.FORBIDDEN and api.may("create", SECRET, "") is False
    return "this account may not create Secrets there" if reads_only else ""


def sentence(failure: Failure) -> str:
    """Return a failure's message with a full stop, since an API server's message may have none."""
    return failure.message if failure.message.endswith((".", "!", "?")) else f"{failure.message}."
