-- turns_are_counted_once | table: core/calls | when: built | severity: error | why: turns that were lost or stand twice bend every latency and every count of words
select call_id, calls.turns as turns_of_the_call, coalesce(counted.turns, 0) as turns
from core.calls
left join (select call_id, count(*) as turns from core.turns group by call_id) counted using (call_id)
where calls.turns <> coalesce(counted.turns, 0)
