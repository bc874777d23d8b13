"""The demonstration district (示范区): a fictitious district with planted defects and answers."""

from landgov.demo.district import DemoReport, make_demo

__all__ = ["DemoReport", "make_demo"]
