"""Photograph a page at the sizes people meet it: phone, laptop, projector; light and dark.

    python tools/take_pictures.py RESULTS/index.html http://127.0.0.1:8000/g/shenzhen-2024/ PICTURES [--full]

Needs the dev extra (Playwright) and the system's Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZES = {"phone": (390, 844), "laptop": (1440, 900), "projector": (1920, 1080)}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"]  # fmt: skip


def take(pages: list[str], out: Path, *, full: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for page in pages:
            for name, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    view = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    view.goto(page if "://" in page else Path(page).resolve().as_uri())
                    path = out / f"{Path(page.rstrip('/')).stem}-{name}-{scheme}.png"
                    view.screenshot(path=path, full_page=full)
                    print(path)
                    view.close()
        browser.close()


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--full"]
    *sources, target = arguments
    take(sources, Path(target), full="--full" in sys.argv)
