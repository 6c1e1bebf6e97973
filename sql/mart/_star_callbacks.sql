-- _star_callbacks: one row per handled case of the random call-back arm that had not answered unasked.  in: _star_cases
-- f: what the label alone says of its NPS, 0.5 where it says nothing: it must not know the answer.
select week, arm_liked::integer::double as y, coalesce(labelled_liked::integer, 0.5)::double as f,
    arm_probability::double as probability
from _star_cases
where handled and unasked_liked is null and arm_liked is not null
order by week, y, f, probability
