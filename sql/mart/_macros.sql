-- Wilson score interval of k successes in n trials at 95 % (Wilson 1927, JASA 22:209); NULL for n = 0.
create or replace macro wilson_low(k, n) as case when n > 0 then greatest(0.0,
    (k::double + 1.920729410347062 - 1.959963984540054 * sqrt(greatest(k::double * (n - k) / n + 0.960364705173531, 0)))
    / (n + 3.841458820694124)) end;
create or replace macro wilson_high(k, n) as case when n > 0 then least(1.0,
    (k::double + 1.920729410347062 + 1.959963984540054 * sqrt(greatest(k::double * (n - k) / n + 0.960364705173531, 0)))
    / (n + 3.841458820694124)) end;
-- Difference of two paired shares at 95 %: of n pairs, b became true and c ceased to be. Wald's after one pair is added to
-- each (Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37:479), so that no change has a width too.
create or replace macro paired_half_width(b, c, n) as
    1.959963984540054 * sqrt((b + c + 2) / (n + 2) - ((b - c) / (n + 2)) ** 2) / sqrt(n + 2);
create or replace macro paired_low(b, c, n) as greatest(-1.0, (b - c) / (n + 2) - paired_half_width(b, c, n));
create or replace macro paired_high(b, c, n) as least(1.0, (b - c) / (n + 2) + paired_half_width(b, c, n));
-- ISO week of a Monday, for example 2026-W53 (the ISO year, not the calendar year).
create or replace macro iso_week(monday) as strftime(monday, '%G-W%V');

-- The value at a place (from 0) of the ordered values that the rows of a group count.
create or replace macro counted_value(value, running, place) as (min(value) filter (running > place))::double;
-- The quantile q of counted values, within a group of rows (value, running = values up to and with this one, total =
-- values of the group): exact and linearly interpolated, as quantile_cont does it on the values themselves (Hyndman and
-- Fan 1996, type 7).  Counts add up over days and spill to disk; the lists of quantile_cont do neither.
create or replace macro counted_quantile(value, running, total, q) as
    counted_value(value, running, floor(q * (total - 1)))
    + (counted_value(value, running, ceil(q * (total - 1))) - counted_value(value, running, floor(q * (total - 1))))
        * max(q * (total - 1) - floor(q * (total - 1)))::double;
