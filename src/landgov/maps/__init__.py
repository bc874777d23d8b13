"""Maps: the web page that stands alone and the print sheets."""

from landgov.maps.print_map import write_print_map
from landgov.maps.web import write_web_map

__all__ = ["write_print_map", "write_web_map"]
