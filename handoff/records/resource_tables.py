"""The directory of help in SQL: imports, which one of each source is shown, what was reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.records.tables import Table


class ResourceImport(Table):
    """One file that was read. ``source`` names what it replaces: "dila", "csv:ardeche"."""

    __tablename__ = "resource_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(60), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str | None] = mapped_column(String(200))
    kept: Mapped[int]
    refused: Mapped[int]
    # False while its rows are being written: such an import never counts.
    complete: Mapped[bool] = mapped_column(default=False)


class ResourceRow(Table):
    """A place of an import, as JSON (``handoff.resources.resource.Resource``)."""

    __tablename__ = "resource_row"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("resource_import.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class ResourceChange(Table):
    """What was applied or rolled back: the newest change of a source says which import is shown.

    ``import_id`` is null where a source was taken away. The highest id is the directory's version.
    """

    __tablename__ = "resource_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(60), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("resource_import.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(20))


class ResourceReport(Table):
    """ "C'est faux", "c'est fermé": counted by resource, with nothing about who said so but their side."""

    __tablename__ = "resource_report"
    __table_args__ = (Index("resource_report_open", "resource_id", "what", "by", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    resource_id: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(20))
    times: Mapped[int]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
