"""Somebody at a browser: what they see, what their pages ask for, and what the browser forbids."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.machine import Lacking

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nothing leaves this machine
)
Size = tuple[int, int]
Scheme = Literal["light", "dark"]
PHONE: Size = (360, 740)  # CSS pixels
DESKTOP: Size = (1280, 900)
ZOOMED: Size = (320, 256)  # what is left of 1280 by 1024 at 400 %
PATIENCE = 60_000  # milliseconds: machines are busy


@dataclass
class Visitor:
    """One person with one page open."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def opens(self, url: str) -> int:
        """The status it is answered with."""
        answer = await self.page.goto(url)
        assert answer is not None
        return answer.status

    async def holds(self, size: Size, scheme: Scheme = "light") -> None:
        """Another screen, by another light."""
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})
        await self.page.emulate_media(color_scheme=scheme)

    @property
    def foreign(self) -> list[str]:
        """What was asked of anybody but this machine."""
        return [url for url in self.asked if urlsplit(url).hostname not in (None, "127.0.0.1")]

    def hears(self, message: ConsoleMessage) -> None:
        """A refusal of ours is told on the console, too; it is no complaint about the page."""
        if message.type in ("error", "warning") and "responded with a status" not in message.text:
            self.complaints.append(message.text)


def program() -> str:
    """Where Chromium is on this machine."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise Lacking(
            "Our pages are tried in a real browser, and this machine has none. Install the "
            "package `chromium` (`apt-get install chromium`), then run this again."
        )
    return found


@asynccontextmanager
async def a_browser(path: str) -> AsyncIterator[Browser]:
    """Headless, with a profile of its own that is thrown away."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=path, args=SWITCHES, timeout=PATIENCE
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def a_visitor(
    browser: Browser, size: Size = PHONE, *, scripts: bool = True
) -> AsyncIterator[Visitor]:
    """Whatever the test is about: no page asks anything of the outside or breaks its own policy."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts
    )
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(await context.new_page())
    context.on("request", lambda request: visitor.asked.append(request.url))
    context.on("console", visitor.hears)
    yield visitor
    await context.close()
    assert visitor.foreign == []
    assert visitor.complaints == []
