"""A moment to verify at."""

from datetime import UTC, datetime

MOMENT = datetime(2026, 11, 30, 12, tzinfo=UTC)
