-- question: Which use cases leave most customers without a solution, and how often do they have to call again?
-- metric: handled_rate, recontact_rate
-- columns: use_case, decided, not_handled, handled_rate, recontacted
select
    use_case, count(*) filter (decided) as decided,
    count(*) filter (decided and not handled) as not_handled,
    count(*) filter (decided and handled) / nullif(count(*) filter (decided), 0) as handled_rate,
    count(*) filter (recontacted) as recontacted
from core.cases
where eligible and settled
group by use_case
order by not_handled desc, use_case
