"""The named layers of the plan: rows, symbol and legend entry, for print, web and QGIS alike."""

from landgov.layers.build import build_layers
from landgov.layers.known import Known, known_of, known_words
from landgov.layers.model import Layer, LayerClass, Symbol
from landgov.layers.words import answer_word

__all__ = [
    "Known",
    "Layer",
    "LayerClass",
    "Symbol",
    "answer_word",
    "build_layers",
    "known_of",
    "known_words",
]
