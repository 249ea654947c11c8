# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents, whatever the generation of the site that issued them."""

from __future__ import annotations

from ..._v1.objects.token import document_name, is_foreign, read_token, secrets_of, write_token

__all__ = ["document_name", "is_foreign", "read_token", "secrets_of", "write_token"]
