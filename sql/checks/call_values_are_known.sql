-- call_values_are_known | table: core/calls | when: built | severity: error | why: a value outside its vocabulary escapes the definitions that name it
select call_id, end_reason, handover, channel
from core.calls
where not list_contains(end_reasons(), coalesce(end_reason, 'unknown'))
    or handover is null or handover not in ('none', 'requested', 'completed', 'failed')
    or channel not in ('phone', 'web', 'sip', 'chat', 'sms', 'messaging', 'email', 'unknown')
