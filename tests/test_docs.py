"""Examples in the documentation are run: what a reader copies works."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import landgov as lg
from case import Case
from landgov.rules import added

PAGE = (Path(__file__).parents[1] / "docs" / "policy.md").read_text(encoding="utf-8")


def block(language: str, word: str) -> str:
    """The code block of the page in which a word stands."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (found,) = (text for text in blocks if word in text)
    return found


def test_the_policy_of_the_page_holds_from_its_first_day(tmp_path: Path) -> None:
    path = tmp_path / "our.toml"
    path.write_text(block("toml", "our-town"), encoding="utf-8")
    assert lg.load_policy(path, on=date(2023, 1, 1))["low_efficiency_tax"].number == 6
    # Until then that of the policy below.
    assert lg.load_policy(path, on=date(2022, 12, 31))["low_efficiency_tax"].number == 5


def test_the_rule_of_the_page_joins_its_category(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "our_package.py").write_text(block("python", "few_people"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    group = tomllib.loads(block("toml", "entry-points"))["project"]["entry-points"]
    rules = [EntryPoint(name, value, added.GROUP) for name, value in group[added.GROUP].items()]
    monkeypatch.setattr(added, "_entries", lambda: rules)
    case = Case(tmp_path)
    case.parcels(*({"parcel_id": name} for name in ("P1", "P2", "P3")))
    case.table("enterprises", *({"enterprise_id": f"E{n}"} for n in (1, 2, 3)))
    case.table("links", *({"parcel_id": f"P{n}", "enterprise_id": f"E{n}", "role": "owner"}
                          for n in (1, 2, 3)))  # fmt: skip
    case.table("enterprise_years", *({"enterprise_id": f"E{n}", "year": 2022, "employees": people}
                                     for n, people in ((1, 4), (2, 5), (3, ""))))  # fmt: skip
    verdicts = case.run().verdicts
    own = verdicts[verdicts["rule"] == "few_people"].set_index("parcel_id")
    assert own["answer"].to_dict() == {"P1": "yes", "P2": "no", "P3": "unknown"}
    assert set(own["category"]) == {"low_efficiency"}
