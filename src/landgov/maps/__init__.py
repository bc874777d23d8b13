"""Maps: the web page that stands alone, the print sheets, and curves over a moving line."""

from landgov.maps.curve import PICTURES, write_curve
from landgov.maps.print_map import write_print_map
from landgov.maps.web import write_web_map

__all__ = ["PICTURES", "write_curve", "write_print_map", "write_web_map"]
