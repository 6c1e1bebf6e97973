"""Days of `core`: UTC days of the call's start. Two days ahead exist, since clocks of producers may run ahead."""

import warnings

import dagster as dg

from analytics.lake import Window

# dagster 1.13 marks backfill_policy as beta; a range as one run is what makes a backfill equal to day by day here
warnings.filterwarnings("ignore", message="Parameter `backfill_policy` of function", category=dg.BetaWarning)

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
