-- _star_cells: one row per week, dimension and segment: counts that every estimator starts from.  in: _star_cases
-- *_weight: sums of 1 / selection_probability, exact decimals; the others are counts of cases.
-- silent: handled, labelled and without an unasked answer.
select week,
    case
        when grouping(use_case) = 0 then 'use_case' when grouping(agent_version) = 0 then 'agent_version'
        when grouping(language) = 0 then 'language' when grouping(channel) = 0 then 'channel'
        when grouping(source) = 0 then 'source' else 'all'
    end as dimension,
    case
        when grouping(use_case) = 0 then use_case when grouping(agent_version) = 0 then agent_version
        when grouping(language) = 0 then language when grouping(channel) = 0 then channel
        when grouping(source) = 0 then source else 'all'
    end as segment,
    count(*) as cases,
    count(*) filter (decided) as decided,
    count(*) filter (good) as good,
    coalesce(sum(weight) filter (decided), 0)::double as decided_weight,
    coalesce(sum(weight) filter (handled), 0)::double as handled_weight,
    coalesce(sum(weight) filter (good), 0)::double as good_weight,
    coalesce(sum((weight::double ** 2)::decimal(38, 12)) filter (decided), 0)::double as decided_squares,
    count(*) filter (surveyed) as surveyed,
    coalesce(sum(weight) filter (surveyed), 0)::double as surveyed_weight,
    coalesce(sum(weight) filter (surveyed and good), 0)::double as surveyed_good_weight,
    coalesce(sum((weight::double ** 2)::decimal(38, 12)) filter (surveyed), 0)::double as surveyed_squares,
    count(*) filter (inferred) as inferred,
    coalesce(sum(label_weight) filter (inferred), 0)::double as inferred_weight,
    coalesce(sum(label_weight) filter (inferred and met and labelled_liked), 0)::double as inferred_good_weight,
    coalesce(sum((label_weight::double ** 2)::decimal(38, 12)) filter (inferred), 0)::double as inferred_squares,
    count(*) filter (handled and labelled_liked is not null) as labelled,
    coalesce(sum(label_weight) filter (handled and labelled_liked is not null), 0)::double as labelled_weight,
    coalesce(sum(label_weight) filter (handled and labelled_liked), 0)::double as labelled_liked_weight,
    count(*) filter (handled and liked and labelled_liked is not null) as overlap_liked,
    count(*) filter (handled and liked and labelled_liked) as overlap_hits,
    count(*) filter (handled and not liked and labelled_liked is not null) as overlap_disliked,
    count(*) filter (handled and not liked and labelled_liked) as overlap_false_hits,
    coalesce(sum(weight) filter (handled and unasked_liked is not null), 0)::double as answered_weight,
    coalesce(sum(weight) filter (handled and unasked_liked), 0)::double as answered_liked_weight,
    count(*) filter (silent) as silent,
    coalesce(sum(label_weight) filter (silent), 0)::double as silent_weight,
    coalesce(sum(label_weight) filter (silent and labelled_liked), 0)::double as silent_liked_weight
from (
    select *, met is not null and labelled_liked is not null as inferred,
        handled and unasked_liked is null and labelled_liked is not null as silent
    from _star_cases
)
group by grouping sets ((week), (week, use_case), (week, agent_version), (week, language), (week, channel), (week, source))
order by week, dimension, segment
