# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How contents are written down by others: in base64, or encrypted with Ansible Vault."""

from __future__ import annotations

import base64
import re

# Go's decoder wants whole groups of four, and ignores nothing but line ends.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)
_LINE_ENDS = {ord("\r"): None, ord("\n"): None}
_VAULT = "$ANSIBLE_VAULT;"


def decode_base64(text: str) -> bytes:
    """Decode base64 as API servers and kubectl do. Raise ValueError."""
    joined = text.translate(_LINE_ENDS)
    if not _BASE64.fullmatch(joined):
        raise ValueError("no base64")
    return base64.b64decode(joined)


def is_vaulted(content: bytes | str) -> bool:
    """Return whether a content is encrypted with Ansible Vault."""
    text = content if isinstance(content, str) else content[:1000].decode("utf-8", "replace")
    return text.lstrip().startswith(_VAULT)
