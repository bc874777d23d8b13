"""Tables of the contract name each thing once: a merge of two hands leaves no second line."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files

import pytest

from landgov import schema

KEYS = {"codes": 2, "result_codes": 2, "results": 2}


@pytest.mark.parametrize(
    "name",
    sorted(e.name[:-4] for e in files("landgov.schema").iterdir() if e.name.endswith(".csv")),
)
def test_each_line_of_the_contract_stands_once(name: str) -> None:
    text = files("landgov.schema").joinpath(f"{name}.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    assert rows
    count = Counter(tuple(row[: KEYS.get(name, 1)]) for row in rows)
    assert not [key for key, often in count.items() if often > 1]


@pytest.mark.parametrize("name", schema.tables())
def test_a_heading_is_taken_for_one_column_only(name: str) -> None:
    headings: Counter[str] = Counter()
    for column in schema.table(name).columns.values():
        headings.update({column.zh, *column.aliases})
    assert not [word for word, often in headings.items() if often > 1]
