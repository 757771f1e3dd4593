-- Every query through the handle that reaches across organizations leaves a line that it cannot change.

create table tenantry.raw_use (
    id bigint generated always as identity primary key,
    used_at timestamp with time zone not null default current_timestamp,
    used_by text not null default session_user,
    program text not null,
    purpose text not null,
    query text not null,
    constraint raw_use_purpose_check check (purpose <> '')
);

revoke all on tenantry.raw_use from public;
grant insert (program, purpose, query) on tenantry.raw_use to tenantry_raw;
