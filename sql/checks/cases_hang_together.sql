-- cases_hang_together | table: core/cases | when: built | severity: error | why: a case that is handled and positive needs both, and an undecided one neither
select case_id, decided, handled, nps_class, handled_positive
from core.cases
where (handled_positive and not (handled and nps_class in ('passive', 'promoter')))
    or (decided and (handled is null or nps_class is null or handled_positive is null))
