-- question: Where do customers and the labeler disagree?
-- metric: neutral_to_positive_rate
-- columns: said_by_customer, predicted, cases, share
-- One row per pair of NPS classes, over settled cases with a counted answer and a prediction.
select nps_class as said_by_customer,
    case when nps_predicted >= 9 then 'promoter' when nps_predicted >= 7 then 'passive' else 'detractor' end as predicted,
    count(*) as cases, count(*) / sum(count(*)) over (partition by nps_class) as share
from core.cases
where eligible and settled and nps_source = 'survey' and nps_predicted is not null
group by said_by_customer, predicted
order by said_by_customer, predicted
