-- _star_audits: one row per audited case and sample.  in: core.human_labels, _star_cases   params: $as_of
-- y: share of its reviewers who found it handled and neutral to positive.  f: the same as counted, 0.5 while undecided.
-- Only answers about a case that say with which probability it was drawn; one bad answer decides without the other.
select week, use_case, agent_version, language, channel, source,
    avg(case when handled_by_review is false or nps < 7 then 0.0 when handled_by_review and nps >= 7 then 1.0 end) as y,
    coalesce(any_value(good)::integer, 0.5)::double as f,
    min(sampling_probability)::double as probability,
    dense_rank() over (order by coalesce(sample_id, '')) as sample
from (
    select case_id, sample_id, sampling_probability, handled as handled_by_review, nps
    from core.human_labels
    where case_id is not null and sampling_probability is not null and labeled_at < $as_of
)
join _star_cases using (case_id)
group by week, use_case, agent_version, language, channel, source, case_id, sample_id
having y is not null
order by week, sample, y, f, probability
