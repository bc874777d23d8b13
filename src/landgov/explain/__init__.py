"""Why: what the rules found of a parcel, and what an enterprise's land and grade rest on."""

from __future__ import annotations

from landgov.explain.enterprise import EnterpriseFacts, enterprise_facts, enterprise_lines
from landgov.explain.verdicts import explanation, sentences, summary_lines

__all__ = [
    "EnterpriseFacts",
    "enterprise_facts",
    "enterprise_lines",
    "explanation",
    "sentences",
    "summary_lines",
]
