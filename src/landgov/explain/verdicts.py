"""Why: the verdicts of one parcel or enterprise in words that a clerk can read (为什么)."""

from __future__ import annotations

import pandas as pd

from landgov import schema

_SIGNS = {"<=": "≤", ">=": "≥", "==": "＝"}
# op that holds the other way round: what is shown where the answer is no
_NOT = {"<=": ">", ">=": "<", "<": "≥", ">": "≤", "==": "≠"}
_IDLE = ("not_started", "suspended", "excused")
SEPARATOR = "｜"


def sentences(verdicts: pd.DataFrame) -> pd.Series:
    """Put each verdict into one line: rule, answer, value and line, clause, source.

    Parameters
    ----------
    verdicts : DataFrame
        Rows of the verdict table.

    Returns
    -------
    Series
        Text on the index of `verdicts`; an unknown says what is missing and who owes it.

    Examples
    --------
    >>> row = {"rule": "low_tax", "answer": "yes", "value": 4.8, "op": "<=", "threshold": 5.0,
    ...        "unit": "万元/亩", "clause": "二（一）1", "source": "年度.csv 第12行",
    ...        "missing": "", "department": ""}
    >>> sentences(pd.DataFrame([row]))[0]
    '亩均税收 是｜4.80 ≤ 5 万元/亩｜二（一）1｜年度.csv 第12行'
    """
    rows: list[dict[str, object]] = [
        {str(name): value for name, value in row.items()} for row in verdicts.to_dict("records")
    ]
    lines = [_sentence(row) for row in rows]
    return pd.Series(lines, index=verdicts.index, dtype="str")


def _sentence(row: dict[str, object]) -> str:
    answer = str(row["answer"])
    head = f"{schema.result_word('rule', str(row['rule']))} {schema.result_word('answer', answer)}"
    parts = [head, _held(row), str(row["clause"] or ""), str(row["source"] or "")]
    if row.get("exempt") is True:
        parts.append("例外：结论保留，按例外处理")
    acts = row.get("enforced_by")
    if isinstance(acts, str) and acts:
        parts.append(f"由 {acts} 查处")
    missing = row["missing"]
    if isinstance(missing, str) and missing:
        facts = "、".join(schema.fact_word(fact) for fact in missing.split("|"))
        department = row["department"]
        owes = f"｜由 {department} 提供" if isinstance(department, str) and department else ""
        parts.append(f"缺 {facts}{owes}")
    return SEPARATOR.join(part for part in parts if part and part != "nan")


def _held(row: dict[str, object]) -> str:
    """Write the value against its line, with the sign that is true."""
    value, line = row["value"], row["threshold"]
    if not isinstance(value, float) or pd.isna(value):
        return ""
    if not isinstance(line, float) or pd.isna(line):
        return f"{value:.2f}"
    op = str(row["op"])
    holds = {
        "<=": value <= line,
        ">=": value >= line,
        "<": value < line,
        ">": value > line,
        "==": value == line,
    }.get(op, True)
    sign = op if holds or abs(value - line) < 1e-9 else _NOT.get(op, op)
    # Enough digits that 5.004 is not shown as 5.00 beside a line of 5.
    digits = 2 if abs(round(value, 2) - line) > 1e-9 or abs(value - line) < 1e-9 else 6
    held = f"{value:.{digits}f} {_SIGNS.get(sign, sign)} {line:g} {row['unit'] or ''}".rstrip()
    # The figure is over the line, and still the answer is no: the rule asks for more.
    return f"{held}，但规则的其他条件不满足" if holds and row["answer"] == "no" else held


def summary_lines(parcel: pd.Series) -> list[str]:
    """Head of an explanation: where the parcel lies, its land, its categories and state.

    Parameters
    ----------
    parcel : Series
        One row of the parcel table.
    """
    place = "　".join(
        str(parcel[name]) for name in ("town", "platform", "location") if _told(parcel, name)
    )
    lines = [place] if place else []
    if _told(parcel, "land_mu"):
        source = schema.result_word("land_from", str(parcel["land_from"]))
        lines.append(f"面积 {parcel['land_mu']:.4f} 亩（{source}）")
    for name in ("in_scope", "low_efficiency", "three_low", "two_high", "four_without"):
        lines.append(_category(parcel, name))
    lines += [_category(parcel, name) for name in ("wider_violations", "collective")]
    for kind, title in (("land_state", "土地状态"), ("idle", "闲置判断"), ("pathway", "建议路径")):
        judged = kind != "idle" or parcel["in_scope"] != "no"
        if judged and _told(parcel, kind):
            word = schema.result_word(kind, str(parcel[kind]))
            since = ""
            if kind == "idle" and str(parcel[kind]) in _IDLE and _told(parcel, "idle_from"):
                since = f"（自 {parcel['idle_from'].date().isoformat()} 起）"
            lines.append(f"{title}：{word}{since}")
    if _told(parcel, "pathway_reasons") and parcel["pathway_reasons"]:
        lines.append(f"　理由：{parcel['pathway_reasons']}")
    return lines


def _told(parcel: pd.Series, name: str) -> bool:
    return name in parcel.index and bool(pd.notna(parcel[name]))


def _category(parcel: pd.Series, name: str) -> str:
    answer = str(parcel[name])
    line = f"{schema.result_word('category', name)}：{schema.result_word('answer', answer)}"
    mu = f"{name}_mu"
    if answer == "yes" and _told(parcel, mu):
        line += f"（{parcel[mu]:.2f} 亩）"
    return line


def explanation(verdicts: pd.DataFrame, names: pd.Series | None = None) -> pd.DataFrame:
    """Verdicts with their sentence, as a table that prints well.

    Parameters
    ----------
    verdicts : DataFrame
        Rows of the verdict table about one parcel or enterprise.
    names : Series, optional
        Names of the enterprises by code: where several decide, each sentence says whose
        figure it is.
    """
    coded = verdicts.select_dtypes("category").columns
    table = verdicts.astype(dict.fromkeys(coded, "str")).reset_index(drop=True)
    said = sentences(table)
    firms = table["enterprise_id"]
    names = names if "parcel_id" in table else None
    if names is not None and len(firms.dropna().unique()) > 1:
        name = firms.map(names).fillna(firms)
        said = said.where(name.isna(), said + SEPARATOR + name)
    return table.assign(sentence=said.to_numpy())
