"""Plain names in [a-z0-9-], for files and anchors."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": " "})


def slug(text: str) -> str:
    """`text` in [a-z0-9-]: « L’Île-d’Œuf » is `l-ile-d-oeuf`; "" when no letter is left."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
