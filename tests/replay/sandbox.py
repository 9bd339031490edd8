"""The sandbox in which recorded histories are replayed: what is not deterministic fails in there.

The worker runs without it, since it triples the cost of a workflow (docs/decisions/0010).
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("domain", "activities", "records", "cryptography")


def sandbox() -> SandboxedWorkflowRunner:
    """What only decides or records passes through; workflows never do."""
    passed = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=passed)
