"""Somebody outside reads and decides by the page of a link, on a phone whose scripts are off."""

import pytest
from playwright.async_api import Browser, expect

from tests.api.test_api_links import ADDRESS
from tests.browser.pages import Pages
from tests.browser.town import ALT, ENGLISH, FRENCH, LINK, LONG, Town
from tests.browser.visitor import a_visitor

pytestmark = pytest.mark.anyio
HOURS = {
    "en": ["Tuesday 1 July 2031 at 08:05", "Tuesday 1 July 2031 at 08:00",
           "Thursday 1 January 2032 at 00:30"],
    "fr": ["mardi 1er juillet 2031 à 8 h 05", "mardi 1er juillet 2031 à 8 h 00",
           "jeudi 1er janvier 2032 à 0 h 30"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "verdict", "reason", "on_record"),
    [
        ("fr", "approve", "", "pia approved"),
        ("en", "request_changes", "Name the berth.", "pia changes_requested"),
        ("fr", "reject", "Le quai reste fermé.", "pia rejected"),
    ],
)
async def test_each_button_decides_on_a_phone_without_scripts_and_the_page_says_so(
    browser: Browser, town: Town, language: str, verdict: str, reason: str, on_record: str
) -> None:
    link = await town.asks_the_port(text=ENGLISH)
    async with a_visitor(browser, scripts=False) as pia:
        await pia.opens(f"{link}?lang={language}")
        pressed = pia.page.locator(f"button[value={verdict}]")
        name = await pressed.locator("strong").inner_text()
        await pia.page.locator("#address").fill(ADDRESS)
        await pia.page.locator("#reason").fill(reason)
        await pressed.click()

        said = pia.page.get_by_role("status")
        await expect(said).to_have_text(f"{DECIDED[language]} {name}")
        await expect(said).to_be_in_viewport()  # without scrolling
        await expect(pia.page.locator("form")).to_have_count(0)
    assert (await town.story())[-1] == on_record


DECIDED = {"en": "You decided:", "fr": "Vous avez décidé :"}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_page_says_exactly_what_would_go_out_where_and_when(
    browser: Browser, pages: Pages, language: str
) -> None:
    async with a_visitor(browser, scripts=False) as pia:
        await pages.opened(pia, "link", language)
        seen = pia.page.locator("main")
        assert await seen.locator("article .said").all_inner_texts() == [LONG, ENGLISH]
        assert "\n" in FRENCH
        on = {"en": "On", "fr": "Sur"}[language]
        assert await seen.locator("article h3").all_inner_texts() == [
            f"{on} town-square (sandbox)",
            f"{on} harbour (sandbox)",
        ]
        assert await seen.get_by_role("img", name=ALT).evaluate("it => it.naturalWidth") == 40
        assert (await seen.locator("figcaption").inner_text()).endswith(f" {ALT}")
        assert await seen.locator("li").all_inner_texts() == [LINK]
        assert await seen.locator("dd").all_inner_texts() == HOURS[language]
        await expect(seen.get_by_text("Europe/Paris")).to_be_visible()


async def test_what_several_channels_say_alike_stands_there_once(
    browser: Browser, pages: Pages
) -> None:
    async with a_visitor(browser, scripts=False) as anybody:
        await pages.opened(anybody, "decided", "en")
        headings = anybody.page.locator("article h3")
        assert await headings.all_inner_texts() == ["On town-square (sandbox), harbour (sandbox)"]
        assert await anybody.page.locator("article .said").all_inner_texts() == [ENGLISH]


async def test_who_cannot_decide_yet_reads_why_and_finds_no_button(
    browser: Browser, pages: Pages
) -> None:
    async with a_visitor(browser, scripts=False) as anybody:
        await pages.opened(anybody, "early", "fr")
        why = anybody.page.get_by_text("Un autre niveau signe d'abord")
        await expect(why).to_be_in_viewport()
        await expect(anybody.page.locator("button")).to_have_count(0)
