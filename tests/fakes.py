"""Platforms that remember what they were sent, instead of mocks that mimic."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activities.platforms import InDoubt, Letter, Live, PlatformError, Receipt


@dataclass
class FakePlatform:
    """Keeps what it is sent. Can be told what to do with the next sends."""

    posts: dict[str, list[Letter]] = field(default_factory=dict)
    next: list[PlatformError | str] = field(
        default_factory=list
    )  # an error, or "lost": out, no answer
    settle: timedelta = timedelta()
    knows_all: bool = True
    most_languages: int | None = None
    closed: bool = False

    def links(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in text.split() if word.startswith("https://"))

    def new_remote_key(self, key: str, written_at: datetime) -> str:
        return key[:8]

    async def prepare(self, letter: Letter) -> None:
        return None

    async def send(self, letter: Letter) -> Receipt:
        what = self.next.pop(0) if self.next else None
        if isinstance(what, PlatformError):
            raise what
        if what == "gone":  # it never arrived, and nobody can tell
            raise InDoubt("no answer came")
        self.posts.setdefault(letter.key, []).append(letter)
        if what == "lost":
            raise InDoubt("no answer came")
        return self.receipt(letter)

    async def find(self, letter: Letter) -> Receipt | None:
        return self.receipt(letter) if letter.key in self.posts else None

    async def look(self, receipt: Receipt) -> Live | None:
        for letters in self.posts.values():
            if self.receipt(letters[0]) == receipt:
                alts = tuple(picture.alt for picture in letters[0].pictures)
                text = letters[0].text
                return Live(text, letters[0].languages, alts, {"likes": 3}, self.links(text))
        return None

    async def close(self) -> None:
        self.closed = True

    def receipt(self, letter: Letter) -> Receipt:
        return Receipt(letter.remote_key, f"https://social.example/{letter.remote_key}")

    @property
    def copies(self) -> int:
        return sum(len(letters) for letters in self.posts.values())

    @property
    def texts(self) -> list[str]:
        return [letter.text for letters in self.posts.values() for letter in letters]


@dataclass
class Switchboard:
    """Channel → platform; what a test does not name is a fake that simply works."""

    platforms: dict[str, FakePlatform] = field(default_factory=dict)

    async def platform(self, organisation: str, channel: str) -> FakePlatform:
        return self.platforms.setdefault(channel, FakePlatform())
