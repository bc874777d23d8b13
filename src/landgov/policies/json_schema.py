"""JSON Schema of a policy file, so that an editor completes it and marks what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from landgov import schema
from landgov.policies.files import available_policies, is_parameter, shipped
from landgov.policies.parameter import OPERATORS
from landgov.policies.policy import FIELDS, STATUS
from landgov.policies.scheme import available_schemes
from landgov.policies.scheme_faults import GRADES, INDICATORS, MISSING
from landgov.policies.settings import (
    AMOUNTS,
    CODE_LISTS,
    CODE_MAPS,
    COUNTS,
    LISTS,
    NAMES,
    OFFICES,
    ORDERS,
    SHARES,
    SWITCHES,
    TABLES,
    TEXTS,
    WHO,
    WHOLE,
    WORDS,
)

_COMMON: Final = "zhejiang_common.toml"
_DATE: Final = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_LETTER: Final = "^[A-Za-z\u4e00-\u9fff]"
_NUMBER: Final = r"^[-+]?(\d+(\.\d+)?|\.\d+)(/0*[1-9]\d*)?$"
_HEAD: Final[Mapping[str, Any]] = {
    "id": {"type": "string", "description": "政策编号"},
    "title": {"type": "string", "description": "政策名称和文号"},
    "place": {"type": "string", "description": "适用的地方"},
    "from": {**_DATE, "description": "政策的起始日期"},
    "extends": {"type": "string", "description": "引用的政策：编号，或旁边的 .toml 文件"},
    "abstract": {"type": "boolean", "description": "只供其他政策引用，不能单独使用"},
    "example": {"type": "boolean", "description": "示例，不代表当地的规定"},
}
_FIELD: Final[Mapping[str, Any]] = {
    "value": {
        "description": '数值；分数写作 "1/3"；等级写作字母。不写即不启用',
        "anyOf": [
            {"type": "number"},
            {"type": "string", "pattern": _NUMBER},
            {"type": "string", "pattern": _LETTER},
        ],
    },
    "op": {"enum": list(OPERATORS), "description": "“以上”“以下”含本数：>=、<="},
    "unit": {"type": "string", "description": "单位"},
    "from": {**_DATE, "description": "起用日期"},
    "clause": {"type": "string", "description": "条款"},
    "quote": {"type": "string", "description": "原文"},
    "reading": {"type": "string", "description": "所取的理解"},
    "status": {"enum": list(STATUS), "description": "政策原文、另有来源、待确认"},
    "source": {"type": "string", "description": "来源"},
    "confirm_by": {"type": "string", "description": "由哪个部门确认"},
}


def policy_schema() -> dict[str, Any]:
    """Build the JSON Schema of a policy file from what the code knows of policies.

    Returns
    -------
    dict
        Draft 7. Dates of TOML are ISO strings in it. A number of a policy that extends
        another may leave out what it does not change; one with dated versions may not.

    Examples
    --------
    >>> schema = policy_schema()
    >>> schema["properties"]["three_low_reading"]["enum"]
    ['A', 'B']
    """
    numbers = _numbers()
    part, whole = ({"$ref": f"#/definitions/{name}"} for name in ("part", "whole"))
    versions = {"type": "array", "minItems": 1, "items": whole}
    named = {name: _number(name, said, versions) for name, said in numbers.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "landgov 政策文件 · policy file",
        "description": f"随 landgov 提供的政策：{'、'.join(available_policies())}",
        "type": "object",
        "properties": {**_HEAD, **settings_schema(), **named},
        "additionalProperties": {"anyOf": [part, versions]},
        "if": {"required": ["extends"]},
        "else": {
            "required": ["id"],
            "properties": {name: {"anyOf": [whole, versions]} for name in numbers},
        },
        "definitions": {
            "part": _entry(),
            "whole": {**_entry(), "required": list(FIELDS[1:])},
        },
    }


def settings_schema() -> dict[str, Any]:
    """Schema of each setting, with what the shipped policy says of it.

    Examples
    --------
    >>> settings_schema()["sliver_m2"]["minimum"]
    0
    """
    found: dict[str, Any] = {name: {"enum": list(words)} for name, words in WORDS.items()}
    for name, words in LISTS.items():
        found[name] = {"type": "array", "items": {"enum": list(words)}}
    for name, words in ORDERS.items():
        items = {"type": "array", "items": {"enum": list(words)}, "uniqueItems": True}
        found[name] = {**items, "minItems": len(words), "maxItems": len(words)}
    found |= {name: {"type": "boolean"} for name in SWITCHES}
    found |= {name: {"type": "number", "minimum": 0} for name in (*SHARES, *AMOUNTS)}
    found |= {name: {"type": "integer", "minimum": 0} for name in COUNTS}
    found |= dict.fromkeys(NAMES, _TEXTS) | dict.fromkeys(TEXTS, _TEXT)
    found["district_codes"] = {"type": "array", "items": _digits(6)}
    found |= {name: _table(_TEXTS) for name in CODE_LISTS}
    found |= {name: _code_map(name) for name in CODE_MAPS}
    kinds = {"enum": [code.code for code in schema.codes("finding_kind")]}
    found |= {name: _table({"type": "string", "minLength": 1}, kinds) for name in OFFICES}
    found["occupation_classes"] = _table(_TEXT, {"pattern": r"^(\d{4}-\d{2}-\d{2})?$"})
    found["evaluation"] = _evaluation()
    found["authority"] = _table(_TEXTS, {"enum": list(_columns())})
    told = _told()
    return {
        name: {**found[name], **({"description": told[name]} if name in told else {})}
        for name in (*(name for name in found if name not in TABLES), *TABLES)
    }


def _numbers() -> dict[str, str]:
    """Numbers of law that shipped policies name, with what each is about."""
    said: dict[str, str] = {}
    for content in shipped().values():
        for name, entry in content.items():
            if name in TABLES or not is_parameter(entry):
                continue
            newest = entry[-1] if isinstance(entry, list) else entry
            if "reading" in newest:
                said.setdefault(name, f"{newest['clause']}：{newest['reading']}")
    return said


def _number(name: str, said: str, versions: Mapping[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = {"$ref": "#/definitions/part"}
    if name in WHOLE:
        whole = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^[-+]?\d+$"}]}
        one = {"allOf": [one, {"properties": {"value": whole}}]}
    return {"description": said, "anyOf": [one, versions]}


def _entry() -> dict[str, Any]:
    """One number of law; a word in the place of a number is only ever equal or not."""
    value = {"type": "string", "pattern": _LETTER}
    word = {"required": ["value", "op"], "properties": {"value": value}}
    return {
        "type": "object",
        "properties": dict(_FIELD),
        "additionalProperties": False,
        "if": word,
        "then": {"properties": {"op": {"const": "=="}}},
    }


def _digits(length: int) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^[0-9]{{{length}}}$"}


def _table(values: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    table: dict[str, Any] = {"type": "object", "additionalProperties": values}
    return {**table, "propertyNames": names} if names else table


def _code_map(name: str) -> dict[str, Any]:
    codes = _digits(6 if name == "district_code_aliases" else 9)
    word = {"type": "string", "minLength": 1}
    if name == "town_codes":
        return _table(word, codes)
    return _table(codes) if "names" in name else _table(codes, codes)


def _evaluation() -> dict[str, Any]:
    rule = {"enum": list(MISSING)}
    share = {"type": "number", "minimum": 0, "maximum": 1}
    count = len(GRADES)
    entries: dict[str, Any] = {
        "scheme": {
            "type": "string",
            "description": f"评价办法：{'、'.join(available_schemes())}，或旁边的 .toml 文件",
        },
        "cap": {"anyOf": [{"const": "none"}, {"type": "number", "exclusiveMinimum": 0}]},
        "missing": {"anyOf": [rule, _table(rule, {"enum": list(INDICATORS)})]},
        "shares": {
            "anyOf": [
                {"type": "array", "items": share, "minItems": count, "maxItems": count},
                {**_table(share, {"enum": list(GRADES)}), "required": list(GRADES)},
            ]
        },
        **{name: {"enum": list(words)} for name, words in WHO.items()},
    }
    said = "工业企业综合评价（亩均论英雄）"
    table = {"type": "object", "properties": entries, "additionalProperties": False}
    return {"description": said, **table}


def _columns() -> list[str]:
    """Every column, by itself and with its table."""
    both: dict[str, None] = {}
    for table in schema.tables():
        for column in schema.table(table).columns:
            both |= {column: None, f"{table}.{column}": None}
    return list(both)


def _told() -> dict[str, str]:
    """What the comments of the shared policy say of its settings."""
    text = files(__package__).joinpath(_COMMON).read_text(encoding="utf-8")
    lines = re.findall(r"^(\w+) *= *[^#\n]*# *(.+)$", text, flags=re.MULTILINE)
    return {name: said.strip() for name, said in lines}
