"""How API and worker reach Temporal: encrypted, and never with more than the engine can carry."""

import logging
import os
import socket

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from domain.naming import fresh_name
from records.keys import Keyring, Kind
from settings import Settings
from workflows.codec import AesGcmCodec, SizeGuard, data_converter

log = logging.getLogger("parapheur.engine")


class NoEngine(ConnectionError):
    """Nobody answers where Temporal should be."""


def codec(settings: Settings) -> AesGcmCodec:
    """The payload codec with this house's keys. Raises KeyTrouble if there are none."""
    return AesGcmCodec(Keyring.of(settings.keys, Kind.CODEC))


async def connect(
    settings: Settings, role: str = "client", *, metrics_address: str = "", lazy: bool = False
) -> Client:
    """A client of the engine. `lazy` connects on first use, so we can start without it."""
    converter, identity = data_converter(codec(settings)), identity_of(role)
    runtime = _measured(metrics_address) if metrics_address else None
    try:
        client = await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=converter,
            interceptors=[SizeGuard(converter)],
            identity=identity,
            runtime=runtime,
            lazy=lazy,
        )
    except RuntimeError as broken:  # all that the client says when nobody is there
        raise NoEngine(
            f"Temporal does not answer at {settings.temporal_address}: {broken}. Start it, or set "
            "PARAPHEUR_TEMPORAL_ADDRESS to where it is."
        ) from broken
    host = socket.gethostname()
    log.info("In histories this %s is %s: process %d on %s.", role, identity, os.getpid(), host)
    return client


def identity_of(role: str) -> str:
    """How this process signs in histories, like w3f7: every task and every act repeats it there."""
    return role[0] + fresh_name()[:3]


def _measured(address: str) -> Runtime:
    return Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=address)))
