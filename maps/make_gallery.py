"""Make the gallery: pictures of the demonstration district, from a fresh run of it.

`make gallery` runs it. The district is fictitious.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from landgov import run
from landgov.demo import make_demo
from landgov.outputs import write_outputs

HERE = Path(__file__).parent
WIDTH = 1600


def _smaller(picture: Path, target: Path) -> None:
    with Image.open(picture) as image:
        high = round(image.height * WIDTH / image.width)
        small = image.convert("RGB").resize((WIDTH, high), Image.Resampling.LANCZOS)
    # No palette: it would merge the colours that tell the layers apart.
    small.save(target, optimize=True)


def main() -> None:
    """Draw the page and both print maps, in the width of a README."""
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder) / "demo")
        maps = write_outputs(run(Path(folder) / "demo")) / "maps"
        for name in ("stock", "idle"):
            _smaller(maps / f"{name}.png", HERE / f"{name}.png")
        shot = Path(folder) / "page.png"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1600, "height": 1000})
            page.goto((maps / "index.html").as_uri())
            page.wait_for_timeout(2000)
            page.screenshot(path=str(shot))
            browser.close()
        _smaller(shot, HERE / "page.png")
    sys.stdout.write(f"{HERE}\n")


if __name__ == "__main__":
    main()
