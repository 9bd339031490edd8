"""All our pages by name, each in the states that look different, in the languages it speaks."""

from dataclasses import dataclass

from tests.browser.visitor import Visitor

# As they are named here and in the failures of tests, with the languages that they speak.
BOTH = ("en", "fr")
EVERY_PAGE = {
    **dict.fromkeys(("link", "mistaken", "refused", "decided", "early", "shut", "sandbox"), BOTH),
    "reference": ("en",),
}


@dataclass(frozen=True)
class Pages:
    """Where they are."""

    link: str
    decided: str
    early: str  # a link whose level is not open yet
    shut: str
    sandbox: str
    reference: str

    async def opened(self, who: Visitor, name: str, language: str) -> None:
        """Leaves the visitor before the page."""
        if name in ("mistaken", "refused"):
            await who.opens(f"{self.link}?lang={language}")
            await self._presses(who, name)
            return
        await who.opens(f"{getattr(self, name)}?lang={language}")

    async def _presses(self, who: Visitor, name: str) -> None:
        """mistaken: in one field; refused: as a whole."""
        if name == "refused":
            await who.page.evaluate("document.forms[0].content_hash.value = 'another'")
        who_it_is = "pia@port.example" if name == "refused" else "pia@harbour.example"
        await who.page.locator("#address").fill(who_it_is)
        await who.page.locator("button[value=approve]").click()
        await who.page.locator(".wrong").wait_for()
