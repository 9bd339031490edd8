"""A small model of a review, in plain sets: what the judge must agree with, step by step.

It knows nothing of the judge's values. Levels are always named, and seats are never lent.
"""

OVER = {"withdrawn": "WITHDRAWN", "rejected": "REJECTED", "expired": "EXPIRED"}
OBJECTS = ("request_changes", "reject")


class Model:
    def __init__(
        self,
        steps: list[list[str]],
        roles: dict[str, set[str]],
        needs: dict[str, int | str],
        relief: set[str],
        separate: bool,
    ) -> None:
        self.steps, self.roles, self.needs = steps, roles, needs
        self.relief, self.separate = relief, separate
        self.state, self.revision, self.round = "draft", 1, 0
        self.authors, self.left = {"a"}, set[str]()
        self.text, self.sent_back = "text 1", ""
        self._fresh()

    def _fresh(self) -> None:
        self.seats: dict[str, set[str]] = {}  # of each opened level
        self.added: dict[str, set[str]] = {}
        self.votes: dict[str, dict[str, str]] = {level: {} for level in self.roles}
        self.passed: set[str] = set()

    @property
    def open(self) -> set[str]:
        return set(self.seats) - self.passed if self.state == "in_review" else set()

    # What it says to an act.

    def says_to_submit(self) -> str:
        if self.state in OVER:
            return OVER[self.state]
        if self.state not in ("draft", "changes_requested"):
            return "NOT_SUBMITTABLE"
        if self.text == self.sent_back:
            return "NO_CHANGES_SINCE_REVIEW"
        return "MAX_ROUNDS_REACHED" if self.round >= 4 else ""

    def says_to_decide(self, who: str, verdict: str, level: str, revision: int) -> str:
        if revision != self.revision:
            return "STALE_VERSION"
        if self.state in OVER:
            return OVER[self.state]
        if who in self.left:
            return "ACTOR_INACTIVE"
        if self.state != "in_review":
            return "NOT_IN_REVIEW"
        if not self._has_a_seat(who, level):
            return "NOT_ELIGIBLE"
        if level not in self.seats:
            return "LEVEL_NOT_OPEN"
        if level in self.passed:
            return "LEVEL_CLOSED"
        if verdict == "retract":
            return "" if who in self.votes[level] else "NOT_ELIGIBLE"
        if who in self.votes[level]:
            return "ALREADY_DECIDED"
        if who in self.authors:
            return "SELF_APPROVAL"
        return "SEPARATION_OF_DUTIES" if self._signed_elsewhere(who, level) else ""

    def _has_a_seat(self, who: str, level: str) -> bool:
        return who in self.roles[level] or who in self.added.get(level, set())

    def _signed_elsewhere(self, who: str, level: str) -> bool:
        others = (votes for name, votes in self.votes.items() if name != level)
        return self.separate and any(votes.get(who, "abstain") != "abstain" for votes in others)

    # What becomes of it.

    def submit(self) -> None:
        self.state, self.round = "in_review", self.round + 1
        self._fresh()
        self._settle()

    def edit(self, who: str) -> None:
        self.state, self.revision = "draft", self.revision + 1
        self.authors = self.authors | {who}
        self.text = f"text {self.revision}"

    def decide(self, who: str, verdict: str, level: str) -> None:
        if verdict == "retract":
            del self.votes[level][who]
        else:
            self.votes[level][who] = verdict
        self._settle()

    def leave(self, who: str) -> None:
        self.left = self.left | {who}
        self._settle()

    def escalate(self, level: str) -> None:
        able = {who for who in self.relief - self.left if self._may(who, level)}
        if able - self.seats[level] - self.added[level]:
            self.added[level] |= self.relief - self.left - self.seats[level]

    def _may(self, who: str, level: str) -> bool:
        is_barred = who in self.left | self.authors or self._signed_elsewhere(who, level)
        return not is_barred and who not in self.votes[level]

    def _settle(self) -> None:
        moved = self.state == "in_review"
        while moved:
            moved = False
            fates = {level: self._fate(level) for level in sorted(self.open, key=self._place)}
            for level, fate in fates.items():
                if fate in ("changes_requested", "rejected"):
                    self.state = fate
                    self.sent_back = self.text if fate == "changes_requested" else self.sent_back
                    return
                del level
            for level in fates:
                fate = self._fate(level)
                if fate == "passed":
                    self.passed.add(level)
                    moved = True
                if fate == "stuck":
                    before = set(self.added[level])
                    self.escalate(level)
                    moved = moved or before != self.added[level]
            if not self.open:
                moved = True
                self._open_the_next_step()
                if self.state != "in_review":
                    return

    def _place(self, level: str) -> int:
        return [name for step in self.steps for name in step].index(level)

    def _open_the_next_step(self) -> None:
        for step in self.steps:
            if set(step) - self.passed:
                for level in step:
                    self.seats[level] = self.roles[level] - self.left
                    self.added[level] = set()
                return
        self.state = "approved"

    def _fate(self, level: str) -> str:
        votes, need = self.votes[level], self.needs[level]
        seats = self.seats[level] | self.added[level]
        yes = [who for who, said in votes.items() if said == "approve"]
        no = [said for said in votes.values() if said in OBJECTS]
        able = {who for who in seats if self._may(who, level)}
        if no and need in ("any", "all"):
            return "rejected" if no[0] == "reject" else "changes_requested"
        if need == "all":
            if able & self.seats[level]:
                return "open"
            return "passed" if yes else "open" if able else "stuck"
        k = 1 if need == "any" else int(need)
        if len(yes) >= k:
            return "passed"
        shut_out = {
            who
            for who in seats - set(votes)
            if who in self.authors or self._signed_elsewhere(who, level)
        }
        if no and len((seats | set(votes)) - shut_out) - len(no) < k:
            return "rejected" if set(no) == {"reject"} else "changes_requested"
        return "open" if len(yes) + len(able) >= k else "stuck"
