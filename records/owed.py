"""What this house still owes its own record."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from records.tables import Owned


class HistoryOwedRow(Owned):
    """A life that is over, and whose history only the engine has. Written as it ends."""

    __tablename__ = "histories_owed"
    post: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
