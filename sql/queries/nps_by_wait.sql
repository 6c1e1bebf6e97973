-- question: How is the customers' answer associated with the wait, as counted and with the same mix of calls?
-- metric: neutral_to_positive_rate, ttft_p95_ms
-- columns: band, n, raw_share, standardised_share, standardised_ci_low, standardised_ci_high
select band, n, raw_share, standardised_share, standardised_ci_low, standardised_ci_high
from mart.ttft_nps
order by low_ms
