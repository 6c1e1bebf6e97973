"""Days of `core`: UTC days of the call's start. Two days ahead exist, since clocks of producers may run ahead."""

import warnings

import dagster as dg

from analytics.lake import Window

# dagster 1.13 marks them as beta: backfill_policy makes a backfill of a range equal to day by day here and is tested,
# the others are passed on inside of dagster
_BETA = "Parameter `(backfill_policy|include_sources|owners)` of"
warnings.filterwarnings("ignore", message=_BETA, category=dg.BetaWarning)

DAYS = dg.DailyPartitionsDefinition(start_date="2000-01-01", timezone="UTC", end_offset=2)


def window_of(context: dg.AssetExecutionContext) -> Window:
    """The window of a run over one day or over a range of days."""
    window = context.partition_time_window
    return Window(window.start.date(), window.end.date())


def range_tags(window: Window) -> dict[str, str]:
    """Tags that make one run cover the whole window."""
    return {
        "dagster/asset_partition_range_start": window.days[0].isoformat(),
        "dagster/asset_partition_range_end": window.days[-1].isoformat(),
    }
