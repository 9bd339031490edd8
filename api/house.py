"""What every route can reach: the record, the door, the media and the settings."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from activities.media import Album
from api.door import Door
from records.database import Database
from settings import Settings
from workflows.codec import AesGcmCodec


@dataclass(frozen=True)
class House:
    settings: Settings
    database: Database
    door: Door
    album: Album
    codec: AesGcmCodec


async def house(request: Request) -> House:
    found = request.app.state.house
    assert isinstance(found, House)
    return found


Here = Annotated[House, Depends(house)]
