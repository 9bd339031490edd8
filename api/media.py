"""Images: sent in once, named by their hash from then on."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from activities.media import NotAnImage
from api.house import Here
from api.permissions import Author
from api.problems import Problem, declared

router = APIRouter(prefix="/v1/media", tags=["media"])


class MediumStored(BaseModel):
    """What a post names an image by. Metadata (camera, place) is not kept."""

    sha256: str
    mime: str
    bytes: int
    width: int
    height: int
    had_place: bool = Field(
        description="The file said where the picture was taken. What we keep does not say it."
    )


@router.post("", status_code=201, responses=declared(401, 403, 415, 422))
async def upload(
    raw: Annotated[bytes, Body(media_type="application/octet-stream")], me: Author, here: Here
) -> MediumStored:
    """The body is the image itself: JPEG, PNG or WebP, up to 8 MB."""
    try:
        stored = await here.album.keep(me.organisation, raw)
    except NotAnImage as error:
        raise Problem(415, "NOT_AN_IMAGE", str(error)) from None
    return MediumStored(**vars(stored))
