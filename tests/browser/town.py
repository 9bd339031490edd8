"""A town that asks its port to decide: the posts, the links, and where a browser finds them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from activities.platforms import Letter, Picture
from activities.platforms.sandbox import Sandbox
from tests.api.desk import Desk, done
from tests.api.test_api_links import by_link, invited, waits_for_the_port
from tests.api.test_api_media import WIDE, picture, uploads

_numbers = count(1)

FRENCH = "Le quai des Brumes rouvre mardi.\nLes bacs circulent à partir de 8 h 05."
ENGLISH = "The Brumes quay reopens on Tuesday."
ALT = "Le quai des Brumes, barrières ouvertes"
LINK = "https://clairmont.example/quai"
# No browser finds a place in these where it would like to break the line.
LONG = f"{FRENCH} {'Clairmont' * 20} https://clairmont.example/{'quai/' * 40}"
HOUR = "2031-07-01T06:05:00Z"  # 08:05 where the town is
WINDOW = {"opens": "2031-07-01T06:00:00Z", "closes": "2031-12-31T23:30:00Z"}


@dataclass(frozen=True)
class Town:
    desk: Desk
    place: str  # where the API listens

    async def asks_the_port(self, **said: Any) -> str:
        """The address of a link on which somebody outside may decide."""
        path = await waits_for_the_port(self.desk, **self._said(said))
        if said.get("media"):
            await self.desk.newsroom.approves("aude")  # who looks after alternative texts
        return await self.link_to(path)

    async def asks_the_port_too_early(self) -> str:
        """The same, while others still have to sign first."""
        said = self._said({"text": ENGLISH})
        path = await self.desk.has_a_post_in_review(chain="committee", **said)
        return await self.link_to(path)

    async def is_answered_by_the_port(self, link: str, verdict: str, reason: str = "") -> None:
        token = link.rpartition("/")[2]
        done(await by_link(self.desk, token, verdict=verdict, reason=reason))

    async def link_to(self, path: str) -> str:
        link = str(done(await invited(self.desk, path))["link"])
        return f"{self.place}/links/{link.rpartition('/')[2]}"

    async def keeps_a_picture(self) -> str:
        return str(done(await uploads(self.desk, picture("PNG")))["sha256"])

    async def story(self) -> list[str]:
        """What the file of the last post tells."""
        return await self.desk.newsroom.story()

    async def shows_on_the_sandbox(self, text: str) -> str:
        """The page of a channel of its own, with one post."""
        channel = f"quay-{next(_numbers)}"
        seen = Picture(picture("PNG"), "image/png", ALT, *WIDE)
        key = sha256(channel.encode()).hexdigest()
        letter = Letter(text, ("fr",), (seen,), datetime.now(UTC), key, key[:16])
        page = f"{self.place}/sandbox"
        sandbox = Sandbox(self.desk.database, self.desk.organisation, channel, page)
        return (await sandbox.send(letter)).url.partition("#")[0]

    def _said(self, said: dict[str, Any]) -> dict[str, Any]:
        key = f"post-{next(_numbers)}"
        return {"key": key, "release_at": HOUR, "window": WINDOW, "languages": ["fr"], **said}
