"""Approval, judged purely: a chain, calendars, people, a post and its acts; no clock, no I/O."""
