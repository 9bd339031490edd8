"""The life of a post as a value: what may happen next, and what has become of it.

The workflow keeps one of these, the record keeps the same one beside every post, and anybody can
fold a post's ledger into it again. Every rule of the road stands here; who may sign stands in
`review`.
"""

from dataclasses import astuple, dataclass, replace
from datetime import datetime

from domain.acts import (
    UNHEARD,
    Act,
    Decide,
    Draft,
    Found,
    Hurry,
    Reschedule,
    Revise,
    Settle,
    Submit,
    Withdraw,
)
from domain.objection import Code, Objection
from domain.post import Aside, End, Post, Stage
from domain.review.admission import Admission
from domain.review.chain import Chain, Level
from domain.review.judge import stale
from domain.review.marks import Deadline, Finding, Outcome
from domain.review.people import Tidings
from domain.review.review import Review
from domain.sending import Send, SendState

ENDED = {
    End.WITHDRAWN: (Code.WITHDRAWN, "This post was withdrawn; start a new one to say it again."),
    End.DISCARDED: (Code.DISCARDED, "This draft was discarded; start a new one."),
    End.REJECTED: (Code.REJECTED, "This post was rejected; start a new one to say it differently."),
    End.EXPIRED: (Code.EXPIRED, "Nobody decided in time and the post expired; start a new one."),
    End.MISSED: (Code.EXPIRED, "This post missed its window and never went out; start a new one."),
    End.FAILED: (Code.EXPIRED, "Every platform refused this post; start a new one that they take."),
}


STAGES = {
    Outcome.DRAFT: Stage.DRAFTING,
    Outcome.CHANGES_REQUESTED: Stage.DRAFTING,
    Outcome.IN_REVIEW: Stage.APPROVING,
    Outcome.APPROVED: Stage.HOLDING,
    Outcome.RELEASED: Stage.PUBLISHING,
}
CLOSES = {
    Outcome.REJECTED: End.REJECTED,
    Outcome.VETOED: End.REJECTED,
    Outcome.EXPIRED: End.EXPIRED,
    Outcome.WITHDRAWN: End.WITHDRAWN,
}

NOTHING_YET = Review((), revision=0)


@dataclass(frozen=True)
class Life:
    post: Post
    stage: Stage = Stage.DRAFTING
    end: End | None = None
    because: str = ""
    aside: Aside | None = None
    review: Review = NOTHING_YET
    sends: tuple[Send, ...] = ()
    frozen_on: tuple[str, ...] = ()  # channels on which a freeze held it at this hour

    # What can be asked of it.

    @property
    def is_over(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def chain(self) -> Chain | None:
        """The version of its chain that the last submission was pinned to."""
        return self.review.book.chain if self.review.book else None

    @property
    def open_levels(self) -> tuple[Level, ...]:
        """The levels whose signatures are awaited."""
        return self.review.open_levels

    @property
    def may_go_out(self) -> bool:
        """Whether this very content has all it needs but its hour."""
        is_next = self.stage in (Stage.HOLDING, Stage.PUBLISHING)
        judged = self.review.content_hash == self.post.content_hash
        return is_next and judged and self.review.outcome.may_go_out

    @property
    def owes_review(self) -> bool:
        """Out before its review, which somebody still has to give."""
        return self.review.owes_review and bool(self.live)

    @property
    def next_deadline(self) -> Deadline | None:
        """What happens next by itself."""
        return next(iter(self.review.deadlines), None)

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

    def is_sending_on(self, channel: str) -> bool:
        send = self.send_on(channel)
        return send is not None and send.state is SendState.SENDING

    def may_end_as(self, end: End) -> bool:
        """Whether it can end so without anybody's act."""
        if self.stage is Stage.WATCHING:
            return end is self.natural_end and not self.owes_review
        waits = self.stage is Stage.APPROVING or self.aside is Aside.NEEDS_RESCHEDULE
        return end is End.MISSED and waits

    def may_be_led_by(self, act: Act) -> bool:
        """Authors lead their own post; a chain may name leads who lead everyone's."""
        leads = self.chain.policy.leads if self.chain else None
        return act.actor in self.post.authors or bool(
            leads and leads.include(act.actor, act.groups)
        )

    @property
    def judged(self) -> Review:
        """The review, told whether the post may be in the open already."""
        return self.review.gone_out(UNHEARD) if self.was_touched else self.review

    # What may happen.

    def objection(self, act: Act) -> Objection | None:
        """Why this act cannot stand, or None if it can."""
        match act:
            case Draft():
                return self._to_drafting(act)
            case Settle():
                return self._to_settling(act)
            case Submit():
                return self._to_submitting(act)
            case Revise():
                return self._to_revising(act)
            case Withdraw():
                return self._over() or self._out() or self.review.objection(act)
            case Reschedule():
                return self._to_rescheduling(act)
        return self._to_judging(act)

    def _to_drafting(self, act: Draft) -> Objection | None:
        if self.post.revision:
            return Objection(Code.LOCKED, "This post exists already; revise it instead.")
        return _closing_before(act.window.closes, act.at)

    def _to_judging(self, act: Act) -> Objection | None:
        """The review's word. That it was read in another revision comes before every end."""
        if self.review.result_of(act.id):
            return Objection(Code.ALREADY_DECIDED, "This very decision was heard before.")
        why = self.judged.objection(act)
        if why and why.code is Code.STALE_VERSION:
            return why
        return self._over() or self._too_late(act) or why

    def _too_late(self, act: Act) -> Objection | None:
        """Once its window has closed nothing can go out, so no signature can lead anywhere."""
        signs = isinstance(act, Hurry) or (
            isinstance(act, Decide) and self.stage is Stage.APPROVING
        )
        window = self.post.window
        if signs and window and window.closes <= act.at:
            return Objection(*ENDED[End.MISSED])
        return None

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
        if self.post.content_hash == self.review.reviewed_hash:
            return NO_CHANGES
        return _closing_before(self.post.window.closes, act.at) if self.post.window else None

    def _to_revising(self, act: Revise) -> Objection | None:
        if why := (self._over() if self.end in ENDED else None) or self.judged.objection(act):
            return why
        if self.end:
            return self._out()
        if act.submit and act.content_hash == self.review.reviewed_hash:
            return NO_CHANGES
        return _closing_before(act.window.closes, act.at)

    def _to_rescheduling(self, act: Reschedule) -> Objection | None:
        # the rules are asked anew for a new hour: what they found for the old one does not count
        if why := self._over() or self._out() or self.review.checked(()).objection(act):
            return why
        if self.review.outcome is Outcome.RELEASED:
            says = "Two officers released it as an emergency, and it is on its way."
            return Objection(Code.ALREADY_PUBLISHED, says)
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
            case Withdraw():
                discarded = self.stage is Stage.DRAFTING
                gone = replace(self, review=self.review.after(act))
                return gone.closed(End.DISCARDED if discarded else End.WITHDRAWN, act.reason)
            case Reschedule():
                return self._rescheduled(act)
            case Settle():
                return self._settled(act)
        reason = act.reason if isinstance(act, Decide | Hurry) else ""
        return self._led_by(self.review.after(act), reason)

    def _led_by(self, review: Review, because: str = "") -> "Life":
        """Where the review leads, the life follows."""
        if end := CLOSES.get(review.outcome):
            return replace(self, review=review).closed(end, because)
        if review.outcome is self.review.outcome:
            return replace(self, review=review)
        late = Aside.NEEDS_RESCHEDULE if review.is_approved and review.needs_new_hour else None
        stage = STAGES[review.outcome]
        return replace(self, review=review, stage=stage, because=because, aside=late)

    def _rewritten(self, act: Draft | Revise) -> "Life":
        """A signature covers one revision, never the next: every vote and hold is void."""
        post = self.post.revised(act.actor, act.content_hash, act.channels, act.window, act.hour)
        if act.author and act.author not in post.authors:
            post = replace(post, authors=(*post.authors, act.author))
        if isinstance(act, Draft):
            post = replace(post, urgency=act.urgency, chain=act.chain)
            review = Review(post.authors, 1, post.content_hash, post.hour)
        else:
            review = self.review.after(act)
        stage = Stage.CHECKING if act.submit else Stage.DRAFTING
        return Life(post, stage, review=review)

    def _rescheduled(self, act: Reschedule) -> "Life":
        """A new hour keeps every signature: approvers sign the text and its window."""
        stage = Stage.HOLDING if self.stage is Stage.PUBLISHING else self.stage
        review = self.review.after(act).checked(())
        post = self.post.at_hour(act.hour)
        return replace(self, post=post, review=review, stage=stage, aside=None, frozen_on=())

    def released(self) -> "Life":
        """Its hour has come."""
        return replace(self, stage=Stage.PUBLISHING)

    def admitted(self, admission: Admission) -> "Life":
        """Policy let it pass: a new round begins, under these versions of everything."""
        review = self._under(admission)
        begun = Submit(id="", actor="", at=admission.at, revision=review.revision)
        return replace(self, because="")._led_by(review.after(begun))

    def blocked(self, because: str, admission: Admission | None = None) -> "Life":
        """Policy refused the submission: it stays with its author."""
        review = self._under(admission) if admission else self.review
        return replace(self, stage=Stage.DRAFTING, because=because, review=review)

    def to_be_admitted(self, admission: Admission) -> Objection | None:
        """Why no round may begin under these terms, or None if one may."""
        review = self._under(admission)
        act = Submit(id="", actor=self.post.authors[0], revision=review.revision)
        return review.objection(act)

    def _under(self, admission: Admission) -> Review:
        known = self.review.under(admission.book)
        return known.checked(admission.findings, admission.facts)

    def after_deadline(self, deadline: Deadline) -> "Life":
        """Time passed: somebody is reminded, more people are asked, or it ends. Nothing signs."""
        review = self.review.after_deadline(deadline, deadline.at)
        return self._led_by(review, "Nobody decided in time.")

    def informed(self, tidings: Tidings) -> "Life":
        """People came, left or changed; the review says what becomes of it."""
        return self._led_by(self.review.informed(tidings))

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

    def held_back(self, aside: Aside | None, findings: tuple[Finding, ...]) -> "Life":
        """Something keeps it back at its hour; what the rules found can be waived."""
        return replace(self, aside=aside, review=self.review.checked(findings))

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
