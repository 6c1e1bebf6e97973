-- The journal of requests: rows are added and never changed; only an erasure removes some.
-- Money in nano-USD (1e-9 US dollar), times as ISO 8601 in UTC: the clock of the run that wrote the row.

-- One row per POST, written before it is sent. content: sha256 of the user message.
create table if not exists requests (
    request_id integer primary key, content blob not null, labeler_version text not null, call_id text not null,
    attempt integer not null, run_id text not null, sent_at text not null, content_bytes integer not null,
    reserved_nano_usd integer);
create index if not exists requests_by_content on requests (content, labeler_version);
create index if not exists requests_by_call on requests (call_id);
create index if not exists requests_by_time on requests (sent_at);

-- One row per answer, or per failure to get one (http_status null: it may have been paid). A request without a row here
-- was in flight when its run was killed. final: the call ended with this status; else the same run asked again.
create table if not exists answers (
    request_id integer primary key, status text not null, final integer not null, received_at text not null,
    http_status integer, error text, model text, service_tier text, input_tokens integer, output_tokens integer,
    cached_tokens integer, cache_write_tokens integer, cost_nano_usd integer);

create table if not exists bodies (request_id integer primary key, body blob not null);

-- One row per batch, written before the server is asked to create it; by then its file is there. batch_key stands in the
-- metadata of the batch, so that it is found again after a kill.
create table if not exists batches (
    batch_key text primary key, base_url text not null, model text not null, input_file_id text not null,
    created_at text not null);

-- What became of a batch. No row: nobody knows whether the server created it. submitted: it did, as remote_id.
-- refused: it did not. collected: every request of it has an answer.
create table if not exists batch_steps (
    batch_key text not null, step text not null, remote_id text, noted_at text not null, primary key (batch_key, step));

-- The requests that went out in a batch, not in a POST of their own; without an answer they are in an open batch.
create table if not exists batched (request_id integer primary key, batch_key text not null);
create index if not exists batched_by_key on batched (batch_key);

-- Under a budget cap: the place of a call in the random order (0 to 1) and the probability with which it was taken.
-- open: the round that took it has not ended yet.
create table if not exists selections (
    call_id text not null, labeler_version text not null, draw real not null, probability real not null,
    open integer not null, primary key (call_id, labeler_version));
