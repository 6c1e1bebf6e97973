"""When tables are refreshed without a run of the whole pipeline: after somebody materialised days by hand.

`lodestar run` and the schedules bring everything up to date in one run; what follows from a backfill or from a single
day in the web page is the business of these conditions.
"""

from datetime import timedelta

import dagster as dg

from dagster_project.processes import PART_OF_PIPELINE

#: Changes of older days wait for the next run of the pipeline, which looks at all days.
LOOKBACK = timedelta(days=35)
C = dg.AutomationCondition


def when_late_data_lands() -> C:
    """Refresh a whole table once a day of `core` inside the look-back changed and passed its blocking checks.

    The default condition stops at the newest day, so that an answer arriving nine days late would never reach its
    week; it does not ask for checks either. Never true for what the pipeline built, since it goes on by itself, nor
    beside a run that is at work on the table or on what it reads, nor for a table that was never built.
    """
    by_hand = C.newly_updated() & ~C.all_new_updates_have_run_tags(tag_keys={PART_OF_PIPELINE})
    changed = C.any_deps_match((by_hand & C.in_latest_time_window(LOOKBACK)) | C.will_be_requested())
    ready = C.all_deps_blocking_checks_passed() & ~C.missing() & ~C.any_deps_in_progress() & ~C.in_progress()
    return changed.since(C.newly_requested() | C.newly_updated()) & ready
