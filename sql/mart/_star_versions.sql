-- _star_versions: one row per week: the labeler version of most of its cases.  in: _star_cases
select week, labeler_version
from _star_cases where labeler_version is not null
group by week, labeler_version
qualify row_number() over (partition by week order by count(*) desc, labeler_version) = 1
order by week
