-- Wilson score interval of k successes in n trials at 95 % (Wilson 1927, JASA 22:209); NULL for n = 0.
create or replace macro wilson_low(k, n) as case when n > 0 then greatest(0.0,
    (k::double + 1.920729410347062 - 1.959963984540054 * sqrt(greatest(k::double * (n - k) / n + 0.960364705173531, 0)))
    / (n + 3.841458820694124)) end;
create or replace macro wilson_high(k, n) as case when n > 0 then least(1.0,
    (k::double + 1.920729410347062 + 1.959963984540054 * sqrt(greatest(k::double * (n - k) / n + 0.960364705173531, 0)))
    / (n + 3.841458820694124)) end;
-- ISO week of a Monday, for example 2026-W53 (the ISO year, not the calendar year).
create or replace macro iso_week(monday) as strftime(monday, '%G-W%V');
