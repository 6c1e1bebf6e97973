"""The assets after the daily ones, in one run: they look at all days."""

from dagster_project.assets.core import WHOLE_ASSETS
from dagster_project.assets.mart import MART_ASSETS
from dagster_project.assets.publication import PUBLICATION_ASSETS

SUMMARY_ASSETS = [*WHOLE_ASSETS, *MART_ASSETS, *PUBLICATION_ASSETS]
