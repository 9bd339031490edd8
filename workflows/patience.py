"""How long we wait for an activity and how often we try it again: three temperaments."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig, LocalActivityConfig

AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))

# Our own record: quick to answer, safe to repeat, worth repeating until it works.
QUICK = LocalActivityConfig(start_to_close_timeout=timedelta(seconds=10), retry_policy=AGAIN)

# Looking at a platform: seconds, and it may be slow.
PATIENT = LocalActivityConfig(start_to_close_timeout=timedelta(minutes=1), retry_policy=AGAIN)

# Publishing cannot be taken back, so the activity itself looks before it ever sends again; that is
# what makes it safe to ask until we know. No heartbeat: a false time-out would be a second sender.
# Longer than one send may take (settings: send_seconds + claim_seconds), with room to look.
UNTIL_PROVEN = ActivityConfig(
    start_to_close_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=2)
    ),
)
