-- _star_callbacks: one row per handled case of the random call-back arm that had not answered unasked.  in: _star_cases
-- f: what the label alone says of its NPS: it must not know the answer.  A case without a label is left out, as it is
-- among those that were not called: without an answer it would be undecided.  probability: of the draw and of its label.
select week, arm_liked::integer::double as y, labelled_liked::integer::double as f,
    (arm_probability / label_weight)::double as probability
from _star_cases
where handled and unasked_liked is null and arm_liked is not null and labelled_liked is not null
order by week, y, f, probability
