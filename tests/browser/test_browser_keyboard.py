"""Somebody who has a keyboard and nothing else: where it goes, and how one sees where it is."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.api.test_api_links import ADDRESS
from tests.browser.pages import Pages
from tests.browser.town import ENGLISH, Town
from tests.browser.visitor import Scheme, Visitor, a_visitor

pytestmark = pytest.mark.anyio
AS_READ = ["English", "Français", "address", "reason", "approve", "request_changes", "reject"]
WHERE_IT_IS = """() => {
    const here = document.activeElement, box = here.getBoundingClientRect();
    const look = getComputedStyle(here), paper = getComputedStyle(document.body);
    return {
        name: here === document.body ? '' : here.value && here.localName === 'button'
            ? here.value : here.id || here.innerText,
        ring: look.outlineStyle === 'none' ? 0 : parseFloat(look.outlineWidth),
        colours: [look.outlineColor, paper.backgroundColor],
        top: box.top,
        seen: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth,
    };
}"""


async def goes_on(who: Visitor) -> dict[str, Any]:
    await who.page.keyboard.press("Tab")
    here: dict[str, Any] = await who.page.evaluate(WHERE_IT_IS)
    return here


async def goes_to(who: Visitor, name: str) -> None:
    for _ in AS_READ:
        if (await goes_on(who))["name"] == name:
            return
    raise AssertionError(f"the keyboard never comes to {name}")


def contrast(one: str, other: str) -> float:
    """Of two colours as browsers write them. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_walks_in_the_order_of_reading_and_one_sees_where_it_is(
    browser: Browser, pages: Pages, scheme: Scheme
) -> None:
    async with a_visitor(browser) as anybody:
        await anybody.page.emulate_media(color_scheme=scheme)
        await pages.opened(anybody, "link", "en")
        for name in AS_READ:
            here = await goes_on(anybody)
            assert here["name"] == name
            assert here["ring"] >= 2, f"{name} has no ring"
            assert contrast(*here["colours"]) >= 3, f"the ring of {name} is too faint"
            assert here["seen"], f"{name} is out of sight"


async def test_by_the_keyboard_alone_one_mistakes_oneself_learns_why_and_decides(
    browser: Browser, town: Town
) -> None:
    link = await town.asks_the_port(text=ENGLISH)
    async with a_visitor(browser, scripts=False) as pia:
        await pia.opens(f"{link}?lang=en")
        address, reason = pia.page.locator("#address"), pia.page.locator("#reason")
        await goes_to(pia, "reject")
        await pia.page.keyboard.press("Space")
        await expect(address).to_have_attribute("aria-invalid", "true")
        await expect(address).to_be_focused()
        await expect(address).to_be_in_viewport()
        await expect(address).to_have_accessible_description(
            re.compile("^Error: Type your e-mail address. The one that")
        )
        await expect(pia.page).to_have_title(re.compile("^Error: "))

        await pia.page.keyboard.type(ADDRESS)
        await pia.page.keyboard.press("Enter")  # presses no button
        await goes_to(pia, "reject")
        await pia.page.keyboard.press("Enter")
        await expect(reason).to_be_focused()
        await expect(reason).to_be_in_viewport()
        await expect(reason).to_have_accessible_description(re.compile("^Error: Say why"))
        await expect(address).to_have_value(ADDRESS)
        await expect(address).not_to_have_attribute("aria-invalid", "true")

        await pia.page.keyboard.type("It stays closed.")
        await goes_to(pia, "reject")
        await pia.page.keyboard.press("Space")
        await expect(pia.page.get_by_role("status")).to_have_text("You decided: Reject")
    told = await town.story()
    assert [line for line in told if line.startswith("pia")] == ["pia link_opened", "pia rejected"]


async def test_what_is_wrong_with_the_whole_is_where_the_keyboard_is(
    browser: Browser, pages: Pages
) -> None:
    async with a_visitor(browser) as anybody:
        await pages.opened(anybody, "refused", "fr")
        alert = anybody.page.get_by_role("alert")
        await expect(alert).to_have_text(re.compile("^Erreur : Cette page montrait un autre texte"))
        await expect(alert).to_be_focused()
        await expect(alert).to_be_in_viewport()
