"""Makes the README's pictures from what the commands write.

    python docs/pictures.py

Needs Chromium and playwright, as tests/test_browser.py does.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from advisor import cli

HERE: Final = Path(__file__).parent / "pictures"
SIZE: Final = (1200, 1000)  # pixels
PAGES: Final = {  # picture -> arguments, and what comes to the top
    "brief": (["brief", "--what-if", "groundwork-done"], "body"),
    "audit": (["audit", "--format", "html"], "body"),
}


def main() -> None:
    """Write each picture."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        opened = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        width, height = SIZE
        page = opened.new_page(viewport={"width": width, "height": height})
        for name, (arguments, top) in PAGES.items():
            path = Path(folder) / f"{name}.html"
            cli.run([*arguments, "-o", str(path)])
            page.goto(path.as_uri())
            page.locator(top).first.evaluate("found => found.scrollIntoView()")
            page.screenshot(path=str(HERE / f"{name}.png"))
        opened.close()


if __name__ == "__main__":
    main()
