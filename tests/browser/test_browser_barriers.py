"""Nobody is kept out of our pages: axe finds no barrier, on no screen, by no light."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.pages import EVERY_PAGE, Pages
from tests.browser.visitor import DESKTOP, PHONE, Scheme, Size, Visitor, a_visitor

pytestmark = pytest.mark.anyio
# WCAG 2.0 to 2.2, levels A and AA, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: list[tuple[Size, Scheme]] = [(PHONE, "light"), (DESKTOP, "dark")]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
MORE_LOOKS: list[tuple[Size, Scheme]] = [(PHONE, "dark"), (DESKTOP, "light")]
LOOK_FOR_BARRIERS = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
    return {
        passed: found.passes.length,
        barriers: found.violations.map(
            one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.html).join(' ')}`),
    };
}"""


async def barriers(who: Visitor) -> list[str]:
    found: dict[str, Any] = await who.page.evaluate(LOOK_FOR_BARRIERS, RULES)
    assert found["passed"] > 15, "axe has not looked"
    return list(found["barriers"])


@pytest.fixture(scope="module")
async def anybody(browser: Browser) -> AsyncIterator[Visitor]:
    """One for all: a new one takes longer than what these tests look at."""
    async with a_visitor(browser) as visitor:
        yield visitor


@pytest.mark.parametrize("name", EVERY_PAGE)
async def test_a_page_has_no_barrier_on_any_screen_by_any_light(
    anybody: Visitor, axe: str, pages: Pages, name: str
) -> None:
    for language in EVERY_PAGE[name]:
        await pages.opened(anybody, name, language)
        assert await anybody.page.locator("html").get_attribute("lang") == language
        await anybody.page.evaluate(axe)
        for size, scheme in LOOKS + MORE_LOOKS if name == "link" else LOOKS:
            await anybody.holds(size, scheme)
            assert await barriers(anybody) == [], f"{language} {size} {scheme}"


async def test_a_barrier_is_found_where_there_is_one(
    anybody: Visitor, axe: str, pages: Pages
) -> None:
    await pages.opened(anybody, "link", "en")
    await anybody.page.evaluate(axe)
    await anybody.page.evaluate("document.querySelector('label').remove()")
    await anybody.page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    await anybody.holds(PHONE, "light")
    found = {one.partition(":")[0] for one in await barriers(anybody)}
    assert {"color-contrast", "label"} <= found


async def test_by_a_dark_light_the_page_is_dark(anybody: Visitor, pages: Pages) -> None:
    await pages.opened(anybody, "link", "en")
    seen = []
    for scheme in SCHEMES:
        await anybody.holds(PHONE, scheme)
        seen.append(await anybody.page.evaluate("getComputedStyle(document.body).color"))
    assert len(set(seen)) == 2
