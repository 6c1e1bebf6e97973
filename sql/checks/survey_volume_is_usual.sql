-- survey_volume_is_usual | table: core/surveys | when: published | severity: warning | why: a whole week brought fewer survey answers than quality.warn_survey_volume_share of the median of eight weeks
with answers as (
    select week_in(answered_at, $zone) as week, count(*) as answers
    from core.surveys where score is not null and answered_at < $as_of group by all
),
newest as (
    -- the newest week that is over and that calls were delivered for
    select max(week) as week from core.calls where week + 7 <= timezone($zone, $as_of)::date
),
usual as (
    select newest.week, quantile_cont(coalesce(answers.answers, 0), 0.5) as median_answers
    from newest cross join generate_series(1, 8) as back(weeks)
    left join answers on answers.week = newest.week - 7 * back.weeks::integer
    group by all
)
select week, coalesce(answers, 0) as answers, median_answers
from usual left join answers using (week)
where coalesce(answers, 0) < $warn_survey_volume_share * median_answers
