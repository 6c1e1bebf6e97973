"""The north star's estimates, headline and drivers: what `analytics.estimation` says of the tables of the lake."""
