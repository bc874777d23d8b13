"""The chain in Chinese for a clerk, and the same as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from landgov import schema
from landgov.explain.chain import CategoryChain, Missing
from landgov.explain.nearest import Change
from landgov.explain.verdicts import sentences

_SIGNS: Final = {"<=": "≤", ">=": "≥"}
_ON_THE_LINE: Final = 1e-9
_OUTSIDE: Final = {"in_scope": "不是工业用地，不在治理范围", "ownership": "土地为国有"}


def chain_lines(chains: Iterable[CategoryChain], names: Mapping[str, str]) -> Iterator[str]:
    """Say each category: why, why not, the nearest change, what is missing.

    Parameters
    ----------
    chains : iterable of CategoryChain
        From `why`.
    names : mapping of str to str
        Names of enterprises by code; a code without one is said itself.
    """
    for chain in chains:
        word = schema.result_word("category", chain.category)
        yield f"{word}：{schema.result_word('answer', chain.answer)}"
        if chain.outside:
            yield f"  为什么不是：{_OUTSIDE[chain.outside]}"
            continue
        for line in _said(chain.because, names):
            yield f"  {'时限' if chain.excuse else '为什么'}：{line}"
        if chain.excuse:
            yield f"  为什么不是：时限已满，但报送的延期原因是“{chain.excuse}”，不计为{word}"
        elif chain.answer == "no":
            for line in _said(chain.against, names):
                yield f"  为什么不是：{line}"
        if chain.answer != "unknown" and not chain.excuse:
            yield f"  最近的改变：{_nearest_words(chain, word, names)}"
        for one in chain.missing:
            yield f"  还缺什么：{_missing_words(one, names)}"


def _said(atoms: pd.DataFrame, names: Mapping[str, str]) -> Iterator[str]:
    """One line a rule; rules without a figure that say no are told together, and once for all."""
    plain = atoms["value"].isna() & atoms["answer"].eq("no")
    told = atoms[~plain]
    for line, who in zip(sentences(told), told["subject"], strict=True):
        yield line + (f"｜{names[who]}" if who in names else "")
    together: dict[str, list[str]] = {}
    for (clause, who), rows in atoms[plain].groupby(["clause", "subject"], sort=False):
        rules = "、".join(schema.result_word("rule", rule) for rule in rows["rule"])
        line = f"{rules} {schema.result_word('answer', 'no')}｜{clause}"
        together.setdefault(line, []).append(names.get(str(who), ""))
    for line, whose in together.items():
        told_of = "、".join(one or "地块本身" for one in whose) if any(whose) else ""
        yield line + (f"｜{told_of}" if told_of else "")


def _nearest_words(chain: CategoryChain, word: str, names: Mapping[str, str]) -> str:
    if chain.days is not None:
        return f"再过 {chain.days} 天满一年，届时仍无变化即为{word}"
    if chain.nearest is not None:
        becomes = f"即为{word}" if chain.answer == "no" else f"即不再是{word}"
        if chain.leaves_open:
            becomes = f"后没有规则为是，但“{_open_rules(chain)}”仍待核，不能直接判为否"
        return change_words(chain.nearest, names) + becomes
    if len(chain.all_of) > 1:
        rules = "、".join(
            f"“{schema.result_word('rule', rule)}”" + (f"（{names[who]}）" if who in names else "")
            for rule, who in chain.all_of
        )
        after = f"；之后“{_open_rules(chain)}”仍待核，不能直接判为否" if len(chain.open) else ""
        return f"没有一项改变就够：{rules}须全部改变{after}"
    if chain.all_of:
        rule = schema.result_word("rule", chain.all_of[0][0])
        if len(chain.open):
            return f"只凭“{rule}”为是；它改变后“{_open_rules(chain)}”仍待核，不能直接判为否"
        return f"只凭“{rule}”为是；它不再成立即为否"
    return (
        "无可量化的改变" if chain.category == "idle" else "没有可以量化的界线；任一规则成立即改变"
    )


def change_words(change: Change, names: Mapping[str, str]) -> str:
    """Say a change: the value and its line, and by how much the figure behind it changes.

    Examples
    --------
    >>> change = Change("E", "tax_wan", "万元", 62.4, 60.0, 5.2, "tax_per_mu", "<=", 5.0,
    ...     "万元/亩", "land_mu", 12.0)
    >>> change_words(change, {})
    '亩均税收 5.20 → ≤ 5.00 万元/亩：税收减少 2.40 万元（用地 12.00 亩）'
    >>> near = Change("E", "tax_wan", "万元", 60.012, 60.0, 5.001, "tax_per_mu", "<=", 5.0,
    ...     "万元/亩", "land_mu", 12.0)
    >>> change_words(near, {})
    '亩均税收 5.001000 → ≤ 5.00 万元/亩：税收减少 0.012 万元（用地 12.00 亩）'
    """
    own = figure_word(change.figure)
    value = schema.result_word("indicator", change.value_name) if change.base_name else own
    line = f"{_SIGNS.get(change.op, change.op)} {_amount(change.threshold)}"
    held = _amount(change.value)
    if held == _amount(change.threshold) and abs(change.value - change.threshold) > _ON_THE_LINE:
        held = f"{change.value:.6f}"  # 5.001 is not shown as 5.00 beside a line of 5
    head = f"{value} {held} → {line} {change.value_unit}".rstrip()
    way = "增加" if change.amount > 0 else "减少"
    by = f"{own}{way} {_amount(abs(change.amount))} {change.unit}".rstrip()
    base = ""
    if change.base_name:
        unit = "亩" if change.base_name == "land_mu" else "万元"
        base = f"（{figure_word(change.base_name)} {_amount(change.base)} {unit}）"
    who = f"{names[change.subject]}：" if change.subject in names else ""
    return f"{who}{head}：{by}{base}"


def figure_word(name: str) -> str:
    """Chinese term of a figure that can change."""
    word = schema.result_word("figure", name)
    columns = schema.table("enterprise_years").columns
    return columns[name].zh if word == name and name in columns else word


def _amount(value: float) -> str:
    """Two decimals; more only where two would hide on which side of a line it lies."""
    return (
        f"{value:,.2f}"
        if abs(round(value, 2) - value) < 1e-9 or abs(value) >= 1
        else f"{value:.4g}"
    )


def _missing_words(one: Missing, names: Mapping[str, str]) -> str:
    owes = f"，由 {one.department} 提供" if one.department else ""
    whose = f"（{names[one.subject]}）" if one.subject in names else ""
    return (
        f"{schema.fact_word(one.fact)}{whose}{owes}；{schema.result_word('decides', one.decides)}"
    )


def _open_rules(chain: CategoryChain) -> str:
    """Rules that are open as things stand, each once."""
    return "、".join(schema.result_word("rule", rule) for rule in chain.open["rule"].unique())


def chain_values(chains: Iterable[CategoryChain]) -> dict[str, Any]:
    """Lay the chain out for programs: by category its answer, because, against, nearest, missing."""
    return {chain.category: _values(chain) for chain in chains}


def _values(chain: CategoryChain) -> dict[str, Any]:
    nearest: dict[str, Any] | None = None
    if chain.nearest is not None:
        one = chain.nearest
        nearest = {**vars(one), "change": one.amount, "words": change_words(one, {})}
    elif chain.days is not None:
        nearest = {"days": chain.days}
    return {
        "answer": chain.answer,
        "because": _rows(chain.because),
        "against": _rows(chain.against),
        "nearest": nearest,
        "leaves_open": chain.leaves_open,
        "excuse": chain.excuse,
        "needs_all_of": [
            {"rule": rule, "subject": who} for rule, who in chain.all_of if len(chain.all_of) > 1
        ],
        "missing": [
            {"fact": one.fact, "word": schema.fact_word(one.fact), "subject": one.subject,
             "department": one.department, "decides": one.decides, "alone": one.alone,
             "could_change": one.could_change}
            for one in chain.missing
        ],
    }  # fmt: skip


def _rows(atoms: pd.DataFrame) -> list[dict[str, Any]]:
    kept = atoms.drop(columns=["category", "answer", "missing", "department"])
    rows: Any = kept.astype(object).where(kept.notna(), None).to_dict("records")
    return list(rows)
