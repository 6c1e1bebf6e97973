-- A macro that tells whether an identity was erased.  in: tombstones (digest), the variable tombstone_key
-- The digest is that of analytics/ingest/tombstones.py.
create or replace macro erased(what, source, id) as coalesce(
    sha256(getvariable('tombstone_key') || chr(31) || what || chr(31) || source || chr(31) || id)
    in (select digest from tombstones), false);
