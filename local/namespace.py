"""What our namespace needs: its search attributes, and a memory longer than a day."""

from collections.abc import Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from local.processes import CannotStart

PATIENCE = timedelta(seconds=10)

SearchAttributes = Mapping[str, "IndexedValueType.ValueType"]


async def exists(client: Client) -> bool:
    """The server answers a moment before its namespaces are there."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        await client.workflow_service.describe_namespace(request, timeout=PATIENCE)
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.UNAVAILABLE):
            return False
        raise
    return True


async def keep_for(client: Client, retention: timedelta) -> None:
    """The development server forgets a closed workflow after a day unless told otherwise."""
    duration = Duration()
    duration.FromTimedelta(retention)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=duration),
        ),
        timeout=PATIENCE,
    )


async def add_missing(client: Client, wanted: SearchAttributes) -> bool:
    """True when the server learnt a new name: it may take seconds until all of it knows."""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=PATIENCE
    )
    known = listed.custom_attributes
    for name, kind in wanted.items():
        if name in known and known[name] != kind:
            raise CannotStart(
                f"The search attribute {name} is {word(known[name])} in Temporal's store, "
                f"but should be {word(kind)}; give the new one a new name."
            )
    missing = {name: kind for name, kind in wanted.items() if name not in known}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing),
            timeout=PATIENCE,
        )
    return bool(missing)


def word(kind: "IndexedValueType.ValueType") -> str:
    """`INDEXED_VALUE_TYPE_KEYWORD_LIST` is `KeywordList` on a command line."""
    parts = IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").split("_")
    return "".join(part.capitalize() for part in parts)
