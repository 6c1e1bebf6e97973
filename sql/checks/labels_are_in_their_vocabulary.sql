-- labels_are_in_their_vocabulary | table: core/labels | when: built | severity: error | why: a label outside its vocabulary is counted in no class
select call_id, status, sentiment, outcome, nps_predicted
from core.labels
where status not in (
        'ok', 'pending', 'gated', 'refused', 'truncated', 'invalid', 'error', 'skipped_budget')
    or sentiment not in ('negative', 'neutral', 'positive', 'unclear')
    or outcome not in ('resolved', 'partially_resolved', 'unresolved', 'handed_over', 'abandoned', 'unclear')
    or nps_predicted not between 0 and 10
