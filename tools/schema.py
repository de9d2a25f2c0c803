"""Writes the JSON Schemas of the spec and of the saved report into docs/."""

from __future__ import annotations

import json
from pathlib import Path

from diagnostic import spec
from diagnostic.publish import data

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Write both files and print their paths."""
    for name, schema in (("spec", spec.schema()), ("report", data.json_schema())):
        path = DOCS / f"{name}.schema.json"
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        path.write_text(f"{text}\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
