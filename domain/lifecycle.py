"""The life of a post as a value: what may happen next, and what has become of it.

The workflow keeps one of these, the record keeps the same one beside every post, and anybody can
fold a post's ledger into it again. Every rule of the road stands here or in `approval`.
"""

from dataclasses import astuple, dataclass, replace
from datetime import datetime

from domain import approval
from domain.acts import (
    Act,
    Decide,
    Draft,
    Found,
    Reschedule,
    Revise,
    Settle,
    Submit,
    Verdict,
    Withdraw,
)
from domain.approval import Vote
from domain.chain import Chain, Level
from domain.objection import Code, Objection
from domain.post import Aside, End, Post, Stage
from domain.sending import Send, SendState

ENDED = {
    End.WITHDRAWN: (Code.WITHDRAWN, "This post was withdrawn; start a new one to say it again."),
    End.DISCARDED: (Code.DISCARDED, "This draft was discarded; start a new one."),
    End.REJECTED: (Code.REJECTED, "This post was rejected; start a new one to say it differently."),
    End.EXPIRED: (Code.EXPIRED, "Nobody decided in time and the post expired; start a new one."),
    End.MISSED: (Code.EXPIRED, "This post missed its window and never went out; start a new one."),
    End.FAILED: (Code.EXPIRED, "Every platform refused this post; start a new one that they take."),
}


@dataclass(frozen=True)
class Life:
    post: Post
    stage: Stage = Stage.DRAFTING
    end: End | None = None
    because: str = ""
    aside: Aside | None = None
    chain: Chain | None = None  # the version this round was submitted under
    round: int = 0
    votes: tuple[Vote, ...] = ()  # of this round
    reviewed_hash: str = ""  # what approvers last sent back
    sends: tuple[Send, ...] = ()

    # What can be asked of it.

    @property
    def is_over(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def open_level(self) -> Level | None:
        """The level whose signature is awaited, or None."""
        if self.stage is not Stage.APPROVING or self.chain is None:
            return None
        return approval.open_level(self.chain, self.votes)

    @property
    def is_approved(self) -> bool:
        """Whether every level of the pinned chain has signed this very revision."""
        return self.chain is not None and approval.is_complete(self.chain, self.votes)

    def send_on(self, channel: str) -> Send | None:
        return next((send for send in self.sends if send.channel == channel), None)

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The channels on which this revision is neither out nor given up."""
        done = {send.channel for send in self.sends if send.state.is_final}
        return tuple(channel for channel in self.post.channels if channel not in done)

    @property
    def to_send(self) -> tuple[str, ...]:
        """The channels on which a send may begin: not those whose answer a person has to find."""
        lost = {send.channel for send in self.sends if send.state is SendState.UNKNOWN}
        return tuple(channel for channel in self.unsettled if channel not in lost)

    @property
    def live(self) -> tuple[Send, ...]:
        return tuple(send for send in self.sends if send.state is SendState.PUBLISHED)

    @property
    def was_touched(self) -> bool:
        """Whether any send of this revision has begun, so that nobody may call it unseen."""
        return any(send.state.may_be_out for send in self.sends)

    @property
    def may_go_out(self) -> bool:
        """Whether this revision has all it needs but its hour."""
        return self.stage in (Stage.HOLDING, Stage.PUBLISHING) and self.is_approved

    def is_sending_on(self, channel: str) -> bool:
        send = self.send_on(channel)
        return send is not None and send.state is SendState.SENDING

    def may_end_as(self, end: End) -> bool:
        """Whether it can end so without anybody's act."""
        if self.stage is Stage.WATCHING:
            return end is self.natural_end
        return end is End.MISSED and self.aside is Aside.NEEDS_RESCHEDULE

    def may_be_led_by(self, act: Act) -> bool:
        """Authors lead their own post; a chain may name leads who lead everyone's."""
        leads = self.chain.leads if self.chain else None
        return act.actor in self.post.authors or bool(
            leads and leads.include(act.actor, act.groups)
        )

    # What may happen.

    def objection(self, act: Act) -> Objection | None:
        """Why this act cannot stand, or None if it can."""
        match act:
            case Draft():
                return self._to_drafting(act)
            case Decide():
                return self._to_deciding(act)
            case Settle():
                return self._to_settling(act)
            case Submit():
                return self._to_submitting(act)
            case Revise():
                return self._to_revising(act)
            case Withdraw():
                return self._to_withdrawing(act)
            case Reschedule():
                return self._to_rescheduling(act)
        raise TypeError(f"{type(act).__name__} is no act of a post.")

    def _to_drafting(self, act: Draft) -> Objection | None:
        if self.post.revision:
            return Objection(Code.LOCKED, "This post exists already; revise it instead.")
        return _closing_before(act.window.closes, act.at)

    def _to_deciding(self, act: Decide) -> Objection | None:
        if act.revision != self.post.revision or act.content_hash != self.post.content_hash:
            return stale(act.revision, self.post.revision)
        if over := self._over():
            return over
        if self.stage is not Stage.APPROVING or self.chain is None:
            where = self.aside or self.stage
            return Objection(Code.NOT_IN_REVIEW, f"This post is {where}; it is not under review.")
        return approval.objection(self.chain, self.votes, self.post.authors, act)

    def _to_submitting(self, act: Submit) -> Objection | None:
        if act.revision != self.post.revision:
            return stale(act.revision, self.post.revision)
        if over := self._over():
            return over
        if self.stage is not Stage.DRAFTING:
            says = f"This post is already {self.stage}; only a draft can be submitted."
            return Objection(Code.NOT_SUBMITTABLE, says)
        if act.is_by_a_machine and act.actor not in self.post.authors:
            return NOT_THIS_MACHINES
        if self.post.content_hash == self.reviewed_hash:
            says = (
                "Approvers asked for changes and nothing has changed since; revise the post first."
            )
            return Objection(Code.NO_CHANGES_SINCE_REVIEW, says)
        return _closing_before(self.post.window.closes, act.at) if self.post.window else None

    def _to_revising(self, act: Revise) -> Objection | None:
        if over := self._over() or self._out():
            return over
        if act.seen != self.post.revision:
            return stale(act.seen, self.post.revision)
        if act.is_by_a_machine and act.actor not in self.post.authors:
            return NOT_THIS_MACHINES
        if act.submit and act.content_hash == self.reviewed_hash:
            return NO_CHANGES
        return _closing_before(act.window.closes, act.at)

    def _to_withdrawing(self, act: Withdraw) -> Objection | None:
        if over := self._over() or self._out():
            return over
        if not self.may_be_led_by(act):
            says = "Only an author of this post, or a lead of its chain, may withdraw it."
            return Objection(Code.NOT_YOURS, says)
        return None

    def _to_rescheduling(self, act: Reschedule) -> Objection | None:
        if over := self._over() or self._out():
            return over
        if not self.may_be_led_by(act):
            says = "Only an author of this post, or a lead of its chain, may give it a new hour."
            return Objection(Code.NOT_YOURS, says)
        if act.hour < act.at:
            return Objection(Code.IN_THE_PAST, "That hour has passed; choose a later one.")
        if self.post.window and not self.post.window.holds(act.hour):
            opens, closes = (f"{t:%Y-%m-%d %H:%M %Z}" for t in astuple(self.post.window))
            says = (
                f"Approvers sign a window with the text, here from {opens} to {closes}. "
                "Revise the post to change its window."
            )
            return Objection(Code.OUTSIDE_WINDOW, says)
        return None

    def _to_settling(self, act: Settle) -> Objection | None:
        send = self.send_on(act.channel)
        if send is None or send.state is not SendState.UNKNOWN:
            says = f"Nothing is unknown about {act.channel}; only a lost answer can be settled."
            return Objection(Code.NOTHING_UNKNOWN, says)
        if act.is_by_a_machine:
            says = "What became of a lost send is for a person to say."
            return Objection(Code.MACHINES_NEVER_APPROVE, says)
        if not self.may_be_led_by(act):
            says = "Only an author of this post, or a lead of its chain, may say what became of it."
            return Objection(Code.NOT_YOURS, says)
        return None

    def _over(self) -> Objection | None:
        if self.end in ENDED:
            return Objection(*ENDED[self.end])
        return self._out() if self.end else None

    def _out(self) -> Objection | None:
        if urls := [send.url for send in self.live]:
            says = f"Too late: it is published as {', '.join(urls)}."
            return Objection(Code.ALREADY_PUBLISHED, says)
        if self.was_touched or self.end:
            says = "Too late: it is going out, and a send that has begun cannot be called back."
            return Objection(Code.ALREADY_PUBLISHED, says)
        return None

    # What becomes of it.

    def after(self, act: Act) -> "Life":
        """The life once this act stands."""
        match act:
            case Draft() | Revise():
                return self._rewritten(act)
            case Submit():
                return replace(self, stage=Stage.CHECKING, aside=None)
            case Decide():
                return self._decided(act)
            case Withdraw():
                end = End.DISCARDED if self.stage is Stage.DRAFTING else End.WITHDRAWN
                return self.closed(end, act.reason)
            case Reschedule():
                at_desk = self.stage is not Stage.PUBLISHING
                stage = self.stage if at_desk else Stage.HOLDING
                return replace(self, post=self.post.at_hour(act.hour), stage=stage, aside=None)
            case Settle():
                return self._settled(act)
        raise TypeError(f"{type(act).__name__} is no act of a post.")

    def _rewritten(self, act: Draft | Revise) -> "Life":
        """A signature covers one revision, never the next: every vote and hold is void."""
        post = self.post.revised(act.actor, act.content_hash, act.channels, act.window, act.hour)
        if act.author and act.author not in post.authors:
            post = replace(post, authors=(*post.authors, act.author))
        if isinstance(act, Draft):
            post = replace(post, urgency=act.urgency, chain=act.chain)
        stage = Stage.CHECKING if act.submit else Stage.DRAFTING
        return replace(self, post=post, stage=stage, chain=None, votes=(), aside=None, sends=())

    def released(self) -> "Life":
        """Its hour has come."""
        return replace(self, stage=Stage.PUBLISHING)

    def admitted(self, chain: Chain) -> "Life":
        """Policy let it pass: a new round begins, under this version of the chain."""
        return replace(
            self, stage=Stage.APPROVING, chain=chain, round=self.round + 1, votes=(), because=""
        )

    def blocked(self, because: str) -> "Life":
        """Policy refused the submission: it stays with its author."""
        return replace(self, stage=Stage.DRAFTING, because=because)

    def _decided(self, act: Decide) -> "Life":
        assert self.chain is not None
        if act.verdict is Verdict.REJECT:
            return self.closed(End.REJECTED, act.reason)
        if act.verdict is Verdict.REQUEST_CHANGES:
            return replace(
                self,
                stage=Stage.DRAFTING,
                votes=(),
                because=act.reason,
                reviewed_hash=self.post.content_hash,
            )
        decided = replace(self, votes=(*self.votes, approval.vote(self.chain, self.votes, act)))
        return decided._held(act.at) if decided.is_approved else decided

    def _held(self, approved_at: datetime) -> "Life":
        """Approved: it waits for its hour, or for a new one if approval came after it."""
        hour, grace = self.post.hour, self.chain.late_grace if self.chain else None
        is_late = hour is not None and approved_at > hour + (grace or approved_at - approved_at)
        aside = Aside.NEEDS_RESCHEDULE if is_late else None
        return replace(self, stage=Stage.HOLDING, aside=aside)

    def _settled(self, act: Settle) -> "Life":
        state = {
            Found.LIVE: SendState.PUBLISHED,
            Found.NOT_LIVE: SendState.PLANNED,
            Found.DROP: SendState.DROPPED,
        }[act.found]
        return self.sent(Send(act.channel, state, url=act.url, because=f"settled by {act.actor}"))

    def sent(self, send: Send) -> "Life":
        """A send of this revision moved: begun, out, refused, unknown, given up."""
        others = tuple(other for other in self.sends if other.channel != send.channel)
        life = replace(self, sends=(*others, send), stage=Stage.PUBLISHING, aside=None)
        if any(other.state is SendState.UNKNOWN for other in life.sends):
            return replace(life, aside=Aside.UNKNOWN)
        return life if life.unsettled else replace(life, stage=Stage.WATCHING)

    def standing_aside(self, aside: Aside | None) -> "Life":
        return replace(self, aside=aside)

    def closed(self, end: End, because: str = "") -> "Life":
        return replace(self, stage=Stage.CLOSED, end=end, because=because, aside=None)

    @property
    def natural_end(self) -> End:
        """How it ends once every channel is settled and the watch is over."""
        if self.live:
            return End.PUBLISHED
        states = {send.state for send in self.sends}
        return End.MISSED if SendState.MISSED in states else End.FAILED


def stale(read: int, current: int) -> Objection:
    says = f"You read revision {read}; the post is now at revision {current}. Read it again first."
    return Objection(Code.STALE_VERSION, says)


NO_CHANGES = Objection(
    Code.NO_CHANGES_SINCE_REVIEW,
    "Approvers asked for changes and nothing has changed since; revise the post first.",
)
NOT_THIS_MACHINES = Objection(
    Code.NOT_YOURS, "This key did not write this post; a key may change only what it started."
)


def _closing_before(closes: datetime, at: datetime) -> Objection | None:
    if closes <= at:
        says = "The window in which this post may appear has passed; give it a later one."
        return Objection(Code.IN_THE_PAST, says)
    return None
