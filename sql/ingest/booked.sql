-- booked: what becomes of each accepted row of a batch; each row is booked once, in the run that read it.
-- in:  incoming (file_seq, line, identity, revision, fingerprint and more), known (identity, revision, fingerprint: all
--      that earlier batches hold of these identities)
-- out: incoming, and
--      duplicate: the same content of the same revision was received before (it is not stored again)
--      superseded: duplicate, older than a revision known when its file is read, or the loser of a conflict in its file
with copies as (
    select
        incoming.*,
        row_number() over (partition by identity, revision, fingerprint order by file_seq, line) > 1
        or (identity, revision, fingerprint) in (select (identity, revision, fingerprint) from known) as duplicate
    from incoming
),
known_revisions as (
    select identity, max(revision) as known_revision from known group by identity
),
ranked as (
    select
        copies.*,
        greatest(
            known_revision,
            max(revision) over (partition by identity order by file_seq range unbounded preceding)
        ) as highest_revision,
        max(line) filter (not duplicate) over (partition by identity, revision, file_seq) as last_line
    from copies left join known_revisions using (identity)
)
select
    * exclude (highest_revision, last_line),
    duplicate or revision < highest_revision or line < last_line as superseded
from ranked
