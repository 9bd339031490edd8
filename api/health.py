"""Whether this process lives, and whether it can do its work."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.house import Here, House

PATIENCE = timedelta(seconds=2)
router = APIRouter(tags=["health"])


@router.head("/livez", include_in_schema=False)  # many monitors ask so
@router.get("/livez")
async def lives() -> dict[str, str]:
    """This process answers. Restart it if it does not."""
    return {"status": "alive"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: {"description": "The record is out of reach"}})
async def is_ready(here: Here) -> JSONResponse:
    """Whether requests should come here: the record must answer; the engine is only reported."""
    told: dict[str, Any] = {"record": await _record(here), "engine": await _engine(here)}
    return JSONResponse(told, 200 if told["record"] == "ready" else 503)


async def _record(here: House) -> str:
    try:
        await here.database.now()
    except (SQLAlchemyError, OSError):
        return "out of reach"
    return "ready"


async def _engine(here: House) -> str:
    try:
        healthy = await here.door.client.service_client.check_health(timeout=PATIENCE)
    except (RPCError, RuntimeError):
        return "out of reach"
    return "ready" if healthy else "out of reach"
