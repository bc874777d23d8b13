"""The table, the explanation, the map page and the lists say the same of the same parcel."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pytest

import landgov as lg
from landgov import schema
from landgov.demo import make_demo
from landgov.explain import explanation, summary_lines
from landgov.outputs import write_outputs

CATEGORIES = (
    *("low_efficiency", "three_low", "two_high", "four_without", "wider_violations"),
    "collective",
)
# 底数清单: heading → column of the parcels and the list of its words
BASE = {
    "工业用地": ("in_scope", "answer"),
    "存量": ("stock", "answer"),
    "低效": ("low_efficiency", "answer"),
    "三低": ("three_low", "answer"),
    "两高": ("two_high", "answer"),
    "四无": ("four_without", "answer"),
    "较大违法违规用地": ("wider_violations", "answer"),
    "集体": ("collective", "answer"),
    "土地状态": ("land_state", "land_state"),
    "疑似闲置情形": ("idle", "idle"),
}
# Layer of the map → the class that a parcel must be painted in; None: not painted.
SIMPLE = {
    "stock": ("stock", "存量"),
    "low_efficiency": ("low_efficiency", "低效"),
    "two_high": ("two_high", "两高"),
    "four_without": ("four_without", "四无"),
}


class Said(NamedTuple):
    result: lg.Result
    parcels: pd.DataFrame  # as delivered
    verdicts: pd.DataFrame
    page: dict[str, Any]
    html: str
    sheets: dict[str, list[dict[str, Any]]]
    chosen: list[str]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    folder = tmp_path_factory.mktemp("agreement") / "demo"
    make_demo(folder, parcels=600)
    result = lg.run(folder)
    out = write_outputs(result)
    html = (out / "maps" / "index.html").read_text(encoding="utf-8")
    found = re.search(
        r'<script type="application/json" id="landgov-data">(.*?)</script>', html, re.DOTALL
    )
    assert found
    return Said(
        result=result,
        parcels=pd.read_parquet(out / "parcels.parquet").set_index("parcel_id"),
        verdicts=pd.read_parquet(out / "verdicts.parquet"),
        page=json.loads(found.group(1)),
        html=html,
        sheets=lists(out / "lists.xlsx"),
        chosen=random.Random(86).sample(sorted(result.parcels.index), 100),
    )


def lists(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of each sheet by heading, below the line that begins with 序号."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        heads = [n for n, row in enumerate(rows) if row and row[0] == "序号"]
        if heads:
            head = rows[heads[0]]
            found[sheet.title] = [
                dict(zip(head, row, strict=True))
                for row in rows[heads[0] + 1 :]
                if isinstance(row[0], int)
            ]
    return found


def kleene(answers: list[str]) -> str:
    return "yes" if "yes" in answers else "unknown" if "unknown" in answers else "no"


def test_the_sample_has_something_to_say(said: Said) -> None:
    """One hundred parcels that are all alike would agree in anything."""
    rows = said.parcels.loc[said.chosen]
    for name in ("in_scope", *CATEGORIES, "stock"):
        assert set(rows[name]) == {"yes", "no", "unknown"}, name
    assert rows["land_state"].nunique(dropna=False) >= 6
    assert rows["idle"].nunique() >= 4


def test_the_long_table_makes_up_the_categories_of_the_parcels(said: Said) -> None:
    table = said.verdicts[said.verdicts["parcel_id"].isin(said.chosen)]
    by_parcel = dict(iter(table.groupby("parcel_id")))
    for parcel in said.chosen:
        row, rows = said.parcels.loc[parcel], by_parcel[parcel]
        answer = dict(zip(rows["rule"], rows["answer"], strict=True))
        assert answer["in_scope"] == row["in_scope"]
        if row["in_scope"] == "no":
            assert list(answer) == ["in_scope"]
            assert [row[name] for name in CATEGORIES] == ["no"] * 6
            assert pd.isna(row["land_state"])
            continue
        for name in CATEGORIES:
            own = rows["category"].eq(name)
            if name == "low_efficiency":
                own |= rows["category"].eq("three_low")
            assert kleene(rows.loc[own, "answer"].tolist()) == row[name], (parcel, name)
        clock = [answer["idle_not_started"], answer["idle_suspended"]]
        ticks = {
            "not_started": clock == ["yes", "no"],
            "suspended": clock == ["no", "yes"],
            "excused": "yes" in clock,
            "not_idle": clock == ["no", "no"],
            "unknown": kleene(clock) == "unknown",
        }
        assert ticks[row["idle"]], (parcel, row["idle"], clock)
        assert answer["supplied_not_used"] == row["supplied_not_used"]


def test_the_explanation_says_what_the_long_table_says(said: Said) -> None:
    for parcel in said.chosen:
        rows = said.verdicts[said.verdicts["parcel_id"] == parcel]
        told = explanation(rows, said.result.enterprises["name"])
        assert len(told) == len(rows)
        answers = dict(zip(told["rule"], told["answer"], strict=True))
        assert answers == dict(zip(rows["rule"], rows["answer"], strict=True))
        for rule, answer, sentence in told[["rule", "answer", "sentence"]].to_numpy().tolist():
            word = schema.result_word("answer", answer)
            assert sentence.startswith(f"{schema.result_word('rule', rule)} {word}"), sentence
            assert answer != "unknown" or "缺 " in sentence, (parcel, sentence)
        lines = summary_lines(said.result.parcels.loc[parcel])
        for name in ("in_scope", *CATEGORIES):
            head = f"{schema.result_word('category', name)}："
            line = next(line for line in lines if line.startswith(head))
            answer = schema.result_word("answer", said.parcels.loc[parcel, name])
            assert line.removeprefix(head).split("（")[0] == answer
        state = said.parcels.loc[parcel, "land_state"]
        wanted = [] if pd.isna(state) else [f"土地状态：{schema.result_word('land_state', state)}"]
        assert [line for line in lines if line.startswith("土地状态")] == wanted


def test_a_parcel_that_is_asked_about_gets_its_rows_of_the_long_table(said: Said) -> None:
    told = said.result.explain(said.chosen[0])
    assert set(told["parcel_id"]) == {said.chosen[0]}
    rows = said.verdicts[said.verdicts["parcel_id"] == said.chosen[0]]
    assert sorted(told["sentence"]) == sorted(
        explanation(rows, said.result.enterprises["name"])["sentence"]
    )


def shown(field: dict[str, Any], at: int) -> Any:
    if "codes" in field:
        code = field["codes"][at]
        return None if code < 0 else field["words"][code]
    return field["values"][at]


def test_the_popup_says_what_the_table_says(said: Said) -> None:
    fields = {
        field["column"]: field for section in said.page["sections"] for field in section["fields"]
    }
    words = {"idle": "idle", "land_state": "land_state"}
    for parcel in said.chosen:
        at, row = said.page["ids"].index(parcel), said.parcels.loc[parcel]
        for name in ("in_scope", *CATEGORIES, "stock", "supplied_not_used", "idle", "land_state"):
            wanted = row[name]
            if pd.notna(wanted):
                wanted = schema.result_word(words.get(name, "answer"), wanted)
            got = shown(fields[name], at)
            assert (got is None and pd.isna(wanted)) or got == wanted, (parcel, name, got, wanted)
            # The page shows nothing of idleness or state where the land is not industrial.
            assert bool(fields[name].get("inside")) == (
                name in ("stock", "supplied_not_used", "idle", "land_state")
            )
        for name in CATEGORIES:
            land = fields[name]["land"][at]
            assert (land is None) == pd.isna(row[f"{name}_mu"])
            assert land is None or land == pytest.approx(row[f"{name}_mu"], abs=0.0051)


def painted(row: pd.Series, layer: str) -> str | None:
    """Class of a layer in which the words of the contract put a parcel."""
    state, idle, stock = row["land_state"], row["idle"], row["stock"]
    if layer in SIMPLE:
        column, word = SIMPLE[layer]
        return {"yes": word, "unknown": f"{word}待核"}.get(row[column])
    if layer == "idle":
        if state == "idle":
            return "非自身原因闲置" if idle == "excused" else "疑似闲置"
        return "闲置待核" if state == "unknown" and idle != "not_idle" else None
    assert layer == "to_develop"
    if state == "to_develop":
        return "待开发"
    perhaps = idle == "unknown" or (idle == "not_idle" and stock != "yes")
    return "待开发待核" if state == "unknown" and perhaps else None


@pytest.mark.parametrize("key", ["stock", "low_efficiency", "idle", "to_develop", "two_high", "four_without"])  # fmt: skip
def test_the_map_paints_what_the_table_says(said: Said, key: str) -> None:
    layer = next(one for one in said.page["layers"] if one["key"] == key)
    colours: dict[str, str] = {}
    for parcel in said.chosen:
        place = int(layer["member"][said.page["ids"].index(parcel)])
        entry = layer["classes"][place - 1] if place else None
        wanted = painted(said.parcels.loc[parcel], key)
        assert (entry["word"] if entry else None) == wanted, parcel
        if entry:
            colours[entry["word"]] = entry["symbol"]["fill"]
            # What is known is filled; what is open is only hatched.
            assert bool(entry["symbol"]["fill"]) != wanted.endswith("待核")
    assert len(set(colours.values())) == len(colours), "two classes in one colour"
    every = [painted(row, key) for _, row in said.parcels.sort_index().iterrows()]
    known = sum(word is not None and not word.endswith("待核") for word in every)
    assert layer["count"] == known
    assert layer["unknown_count"] == sum(word is not None for word in every) - known


def test_the_base_list_says_what_the_table_says(said: Said) -> None:
    listed: dict[str, list[dict[str, Any]]] = {}
    for entry in said.sheets["底数清单"]:
        listed.setdefault(entry["宗地代码"], []).append(entry)
    for parcel in said.chosen:
        row = said.parcels.loc[parcel]
        assert (parcel in listed) == (row["in_scope"] != "no")
        for entry in listed.get(parcel, ()):
            for heading, (column, words) in BASE.items():
                assert entry[heading] == schema.result_word(words, row[column]), (parcel, heading)


def test_the_problem_list_has_a_row_for_each_yes_and_no_other(said: Said) -> None:
    listed = {(entry["宗地代码"], entry["问题类别"]) for entry in said.sheets["问题清单"]}
    wanted = set()
    for parcel in said.chosen:
        row = said.parcels.loc[parcel]
        found = [name for name in CATEGORIES if row[name] == "yes"]
        inside = row["in_scope"] != "no"
        found += ["idle"] if row["land_state"] == "idle" else []
        found += ["supplied_not_used"] if inside and row["supplied_not_used"] == "yes" else []
        found += ["partly_used"] if row["land_state"] == "partly_used" else []
        wanted |= {(parcel, schema.result_word("category", name)) for name in found}
    assert {entry for entry in listed if entry[0] in said.chosen} == wanted


def test_whatever_is_open_stands_on_the_pending_list(said: Said) -> None:
    rows = said.sheets["待核清单"]
    of_all = {word for entry in rows if str(entry["宗地代码"]).startswith("全部")
              for word in entry["因此无法判断"].split("、")}  # fmt: skip
    by_parcel: dict[str, set[str]] = {}
    for entry in rows:
        by_parcel.setdefault(entry["宗地代码"], set()).update(entry["因此无法判断"].split("、"))
    open_ = said.verdicts[said.verdicts["answer"] == "unknown"]
    for parcel in said.chosen:
        words = {
            schema.result_word("rule", rule)
            for rule in open_.loc[open_["parcel_id"] == parcel, "rule"]
        }
        told = by_parcel.get(parcel, set())
        assert words <= told | of_all, (parcel, words - told - of_all)
        known = said.verdicts["parcel_id"].eq(parcel) & said.verdicts["answer"].ne("unknown")
        settled = {schema.result_word("rule", rule) for rule in said.verdicts.loc[known, "rule"]}
        assert not told & settled, (parcel, told & settled)
