"""Why: what the rules found of a parcel, and what an enterprise's land and grade rest on."""

from __future__ import annotations

from landgov.explain.chain import CategoryChain, why
from landgov.explain.chain_words import chain_lines, chain_values
from landgov.explain.enterprise import EnterpriseFacts, enterprise_facts, enterprise_lines
from landgov.explain.short import with_why
from landgov.explain.verdicts import explanation, sentences, summary_lines

__all__ = [
    "CategoryChain",
    "EnterpriseFacts",
    "chain_lines",
    "chain_values",
    "enterprise_facts",
    "enterprise_lines",
    "explanation",
    "sentences",
    "summary_lines",
    "why",
    "with_why",
]
