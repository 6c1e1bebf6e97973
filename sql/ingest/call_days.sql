-- call_days: the UTC day of each call that the rows of a batch name, by its newest revision.
-- in: booked (the calls of the batch), known (the same calls in earlier batches)
select source, call_id, day
from (
    select source, call_id, revision, file_seq, line, day from booked where not duplicate
    union all
    select source, call_id, revision, file_seq, line, day from known
)
qualify row_number() over (partition by source, call_id order by revision desc, file_seq desc, line desc) = 1
