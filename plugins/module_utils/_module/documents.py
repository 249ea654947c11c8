# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents as text."""

from __future__ import annotations

import json
from typing import Any

from .._kube.yaml_text import HAS_YAML, KUBECONFIG, TOKEN, Limits, Refused, is_within, load_documents
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.token import Token
from .._site.generations.tokens import is_foreign, read_token

if HAS_YAML:
    import yaml


def parse_token(value: Any) -> Token:
    """Read a token that was given as a dictionary or as YAML text."""
    if isinstance(value, (bytes, str)):
        value = parse_yaml(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    elif not is_within(value, TOKEN):
        raise Failure(Reason.TOKEN_MALFORMED, "This is no Skupper token: it holds too much.")
    return read_token(value)


def parse_yaml(text: str) -> Any:
    """Return the YAML document, or the list of documents if there are several; raises Failure(token_malformed)."""
    try:
        found = _load(text, TOKEN)
    except Refused as refusal:
        raise Failure(Reason.TOKEN_MALFORMED, f"This is no Skupper token: {refusal}.") from None
    if len(found) == 1:
        return found[0]
    # Its refusal names the generation, which helps more than the number of documents.
    return next((part for part in found if is_foreign(part)), found)


def quiet_parse(value: Any) -> Any:
    """Return the value as a document, for masking. None if it can't be read as one; never fails."""
    if not isinstance(value, (bytes, str)):
        return value if is_within(value, KUBECONFIG) else None
    try:
        return _load(value if isinstance(value, str) else value.decode("utf-8", "replace"), KUBECONFIG)
    except (Refused, Failure):
        return None


def _load(text: str, limits: Limits) -> list[Any]:
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read and write token documents.")
    found = load_documents(text, limits)
    try:
        # Keys of other kinds than JSON's are none that could be walked through.
        json.dumps(found, default=str)
    except (TypeError, ValueError):
        raise Refused("it is no valid YAML") from None
    return found


def dump_yaml(document: dict[str, Any]) -> str:
    """Return a document as YAML with sorted keys, as Skupper's own command line writes it."""
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read and write token documents.")
    # Through JSON, so that text of any subclass becomes plain text.
    return str(yaml.safe_dump(json.loads(json.dumps(document)), default_flow_style=False, sort_keys=True))
