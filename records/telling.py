"""What a file tells of the rows beside it: which there must be, and what must stand in them."""

from dataclasses import dataclass, field
from typing import Any

from domain.acts import Act, Decide, Draft, Invite, Revise, Settle
from domain.facts import SENDS, Fact, FactKind
from domain.lifecycle import Life
from domain.sending import Order, SendState
from records import reading
from records.beside import BESIDE, name_of
from records.reexamining import KINDS
from records.tables import (
    DecisionRow,
    InvitationRow,
    LedgerRow,
    MeasureRow,
    Owned,
    PublicationRow,
    RevisionRow,
    VerdictRow,
)

# The tables whose rows belong to one post, beside its row and its file.
OF_A_POST: tuple[type[Owned], ...] = (
    RevisionRow, DecisionRow, PublicationRow, VerdictRow, MeasureRow, InvitationRow,
)  # fmt: skip

TO_BE_TRIED_AGAIN = (SendState.FAILED, SendState.MISSED, SendState.DROPPED)


@dataclass
class Telling:
    """Built entry by entry; then asked row by row."""

    organisation: str
    post: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)  # column → value, by name
    digests: dict[str, str] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)

    def hear(self, before: Life, line: LedgerRow, now: Life) -> None:
        """One more entry, between two moments of the life."""
        self.digests |= line.body.get(BESIDE, {})
        done = reading.act(line.body)
        if done:
            self._hear_act(before, done, now)
        else:
            self._hear_fact(before.post.content_hash, reading.fact(line.body))

    def _hear_act(self, before: Life, act: Act, now: Life) -> None:
        match act:
            case Draft() | Revise():
                self.contents.append(act.content_hash)
                written = {"content_hash": act.content_hash, "author": act.actor, "at": act.at}
                self._row(RevisionRow, now.post.revision).update(written)
            case Decide():
                self._row(DecisionRow, act.id).update(_as_decided(before, act, now))
            case Invite():
                # its key is the hash of a secret, so the file has to say which post and act it is
                told = {"post": self.post, "id": act.id, "person": act.person, "level": act.level}
                row = self.rows.setdefault(f"invitations {self.organisation}/{act.link_hash}", {})
                row |= {**told, "revision": act.revision, "expires": act.expires, "at": act.at}
            case Settle():
                send = now.send_on(act.channel)
                if send:
                    settled = {"state": send.state, "url": send.url}
                    how = f"settled by {act.actor}"
                    self._sent(now.post.content_hash, act.channel).update(settled, how=how)

    def _hear_fact(self, content_hash: str, fact: Fact) -> None:
        if fact.kind not in SENDS:
            return
        row = self._sent(content_hash, fact.channel)
        row["state"] = SENDS[fact.kind]
        if fact.kind is FactKind.SENDING:
            row |= {"fence": fact.fence, "how": ""}
        elif fact.kind is not FactKind.MISSED:
            row |= {"url": fact.url, "remote_id": fact.remote_id, "how": fact.how}

    def _sent(self, content_hash: str, channel: str) -> dict[str, Any]:
        row = self._row(PublicationRow, content_hash, channel)
        order = Order(self.organisation, self.post, channel, content_hash)
        for column, at_first in {"key": order.key, "url": "", "remote_id": "", "how": ""}.items():
            row.setdefault(column, at_first)
        return row

    def _row(self, table: type[Owned], *keys: object) -> dict[str, Any]:
        return self.rows.setdefault(self._name(table, *keys), {})

    def _name(self, table: type[Owned], *keys: object) -> str:
        named = "/".join(str(key) for key in (self.organisation, self.post, *keys))
        return f"{table.__tablename__} {named}"

    def names(self, table: type[Owned]) -> set[str]:
        """The rows of this table that there must be."""
        here = f"{table.__tablename__} {self.organisation}/"
        return {name for name in (*self.rows, *self.digests) if name.startswith(here)}

    def is_nothing(self, row: Owned, life: Life | None) -> bool:
        """Whether a row that the file does not tell of may be there all the same."""
        match row:
            case PublicationRow():
                return row.state == SendState.PLANNED and not row.fence and not row.url
            case VerdictRow():
                return is_advice(row.key) and life is not None
        return False

    def may_be(self, row: Owned, column: str) -> bool:
        """Whether a column may differ: the same words, approved anew, are tried anew."""
        told = self.rows[name_of(row)]
        again = told.get("state") in TO_BE_TRIED_AGAIN
        return column == "state" and again and getattr(row, column) == SendState.PLANNED


def is_advice(key: str) -> bool:
    """Written beside a file without any entry, and it decides nothing.

    A verdict on a draft as it is saved; and what rules that have changed would say at the hour.
    """
    return key.partition("/")[0] in KINDS or key.endswith("/saved")


def _as_decided(before: Life, act: Decide, now: Life) -> dict[str, Any]:
    heard = now.review.result_of(act.id)
    return {
        "revision": act.revision,
        "content_hash": act.content_hash,
        "round": before.review.round,
        "level": heard.level if heard else "",
        "actor": act.actor,
        "verdict": act.verdict.value,
        "reason": act.reason,
        "at": act.at,
        "seal_key": act.seal.key,
        "seal": act.seal.signature,
    }
