"""Our pages ask nothing of anybody but us, and say so in a policy that the browser holds."""

import pytest
from playwright.async_api import Browser, Error

from tests.browser.pages import EVERY_PAGE, Pages
from tests.browser.visitor import a_visitor

pytestmark = pytest.mark.anyio
BREACHES = (
    "document.body.append(Object.assign(new Image(), {src: 'https://x.example/i'}))",
    "document.head.append(document.createElement('style'))",
    "document.body.append(Object.assign(document.createElement('script'), {src: '/s'}))",
)


async def test_no_page_asks_anything_of_the_outside_or_breaks_its_policy(
    browser: Browser, pages: Pages
) -> None:
    async with a_visitor(browser) as anybody:
        policies = []
        anybody.page.on(
            "response",
            lambda answer: (
                policies.append(answer.headers.get("content-security-policy", ""))
                if answer.request.is_navigation_request()
                else None
            ),
        )
        for name, languages in EVERY_PAGE.items():
            await pages.opened(anybody, name, languages[-1])
            await anybody.page.wait_for_load_state()
        assert len(policies) >= len(EVERY_PAGE)
        assert all(policy.startswith("default-src 'none'; ") for policy in policies)
        assert len(anybody.asked) > len(policies), "with style sheets"
        assert anybody.foreign == []
        assert anybody.complaints == []


async def test_what_a_page_may_not_do_is_heard(browser: Browser, pages: Pages) -> None:
    """Otherwise the test above could not fail."""
    async with a_visitor(browser) as anybody:
        for name in ("link", "sandbox", "reference"):
            await pages.opened(anybody, name, "en")
            for broken in BREACHES:
                async with anybody.page.expect_event("console"):
                    await anybody.page.evaluate(broken)
                assert "Content Security Policy" in anybody.complaints.pop(), broken
            assert anybody.foreign.pop() == "https://x.example/i"
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            await anybody.opens("http://fonts.example/font.css")
        assert anybody.foreign.pop() == "http://fonts.example/font.css"
        anybody.asked.clear()
        anybody.complaints.clear()
