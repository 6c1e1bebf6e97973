-- scores_are_nps | table: core/surveys | when: built | severity: error | why: a score outside 0 to 10 belongs to no NPS class
select survey_id, instrument, score, nps_class
from core.surveys
where instrument = 'nps' and not excluded and (score is null or score not between 0 and 10 or score <> floor(score))
