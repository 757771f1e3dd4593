-- A column of each type that has one in C, once plain and once nullable, and arrays of them.
CREATE TYPE mood AS ENUM ('sad', 'so so', 'glad "and" more');
CREATE DOMAIN price AS numeric(12, 2);

CREATE TABLE sample (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    truth boolean,
    small smallint,
    whole integer,
    big bigint,
    single real,
    twice double precision,
    words text,
    raw_bytes bytea,
    document jsonb,
    identifier uuid,
    exact numeric,
    amount price,
    at_time timestamptz,
    at_local timestamp,
    on_day date,
    feeling mood,
    truths boolean[],
    smalls smallint[],
    wholes integer[],
    bigs bigint[],
    singles real[],
    twices double precision[],
    texts text[],
    blobs bytea[],
    documents jsonb[],
    identifiers uuid[],
    exacts numeric[],
    amounts numeric(12, 2)[],
    times timestamptz[],
    locals timestamp[],
    days date[],
    feelings mood[],
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE entry (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    label text NOT NULL,
    score integer NOT NULL,
    PRIMARY KEY (organization_id, id)
);
