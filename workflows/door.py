"""The engine's own door: an act that our API did not seal never reaches a workflow.

Whoever may write to Temporal can call any update with anything in it. Here such a call is refused
before it leaves a line in the history; and the record and the gate check the same seal again.
"""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

with workflow.unsafe.imports_passed_through():
    from domain.acts import Act
    from domain.lifecycle import Life
    from records.filing import SEAL_BROKEN, Seals, is_sealed

from workflows.names import post_id_in_engine


class Doorkeeper(Interceptor):
    """Give it to every worker."""

    def __init__(self, seals: Seals) -> None:
        self.seals = seals

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return doorkeeper_with(self.seals)


def doorkeeper_with(seals: Seals) -> type[WorkflowInboundInterceptor]:
    class AtTheDoor(WorkflowInboundInterceptor):
        def handle_update_validator(self, input: HandleUpdateInput) -> None:
            """Runs when an update arrives, never when a history is replayed."""
            for act in input.args:
                if not is_ours(act, seals):
                    raise ApplicationError(
                        SEAL_BROKEN.says, type=SEAL_BROKEN.code, non_retryable=True
                    )
            super().handle_update_validator(input)

    return AtTheDoor


def is_ours(act: Any, seals: Seals) -> bool:
    """Whether the door sealed this act for the very post that received it."""
    life = workflow.instance()
    if not isinstance(act, Act) or not isinstance(getattr(life, "life", None), Life):
        return False
    post = life.life.post
    named = workflow.info().workflow_id == post_id_in_engine(post.organisation, post.id)
    return named and is_sealed(act, post.organisation, post.id, seals)
