"""`landgov policy schema`: what an editor needs to complete and check a policy file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from landgov.cli.console import as_json, out
from landgov.policies.json_schema import policy_schema
from landgov.publish.files import whole

To = Annotated[
    Path | None, typer.Option("--to", help="写入文件 write it to a file, for your editor")
]


def print_schema(to: To = None) -> None:
    """政策文件的 JSON Schema，编辑器据此补全和检查 · for an editor to complete and check it."""
    schema = policy_schema()
    if to is None:
        as_json(schema)
        return
    with whole(to) as part:
        part.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    out.print(f"{to}：在政策文件首行写 #:schema {to.name}", markup=False, soft_wrap=True)
