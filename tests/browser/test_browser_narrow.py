"""Small screens, large letters, thick thumbs: nothing is cut off, and nothing is missed."""

import pytest
from playwright.async_api import Browser

from tests.browser.pages import EVERY_PAGE, Pages
from tests.browser.visitor import PHONE, ZOOMED, a_visitor

pytestmark = pytest.mark.anyio
SIDEWAYS = """() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.body.querySelectorAll('*')]
        .filter(it => it.getBoundingClientRect().right > width + 0.5).map(it => it.outerHTML);
    return document.documentElement.scrollWidth > width ? [...wide, 'the page'] : wide;
}"""
# https://www.w3.org/TR/WCAG22/#text-spacing
SPACED_OUT = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
TO_BE_TOUCHED = """() => [...document.querySelectorAll('a, button, input, textarea')]
    .map(it => [it, it.getBoundingClientRect()]).filter(([it, box]) => box.width > 0)
    .map(([it, box]) => ({what: it.outerHTML, width: box.width, height: box.height}))"""


async def test_nothing_scrolls_sideways_at_400_percent_nor_with_spaced_out_text(
    browser: Browser, pages: Pages
) -> None:
    async with a_visitor(browser) as anybody:
        for name, languages in EVERY_PAGE.items():
            await anybody.holds(ZOOMED)
            await pages.opened(anybody, name, languages[-1])  # French words are the longer ones
            assert await anybody.page.evaluate(SIDEWAYS) == [], name
            await anybody.page.evaluate(SPACED_OUT)
            assert await anybody.page.evaluate(SIDEWAYS) == [], f"{name}, spaced out"
            await anybody.holds(PHONE)
            assert await anybody.page.evaluate(SIDEWAYS) == [], f"{name}, on a phone"


async def test_what_is_to_be_touched_is_as_large_as_a_thumb(browser: Browser, pages: Pages) -> None:
    async with a_visitor(browser) as anybody:
        for name in ("link", "mistaken", "decided", "shut", "sandbox"):
            await pages.opened(anybody, name, "fr")
            found = await anybody.page.evaluate(TO_BE_TOUCHED)
            assert len(found) >= 2, name
            assert [one for one in found if min(one["width"], one["height"]) < 44] == []
