-- Everything here that can be NULL is NULL in some row, whatever its declaration seems to promise.
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN filled AS text NOT NULL;
CREATE TABLE kind (code text PRIMARY KEY, label text NOT NULL);
CREATE TABLE person (organization_id text NOT NULL, id int NOT NULL, name text NOT NULL, nick text, kind text,
    state mood NOT NULL DEFAULT 'good', shout text GENERATED ALWAYS AS (upper(nick)) STORED,
    loud text NOT NULL GENERATED ALWAYS AS (upper(name)) STORED, PRIMARY KEY (organization_id, id));
CREATE TABLE pet (organization_id text NOT NULL, id int NOT NULL, owner int NOT NULL, name text NOT NULL,
    PRIMARY KEY (organization_id, id));
-- NOT NULL of the parent alone: its child's rows have it not.
CREATE TABLE base (organization_id text NOT NULL, id int NOT NULL, word text);
CREATE TABLE derived () INHERITS (base);
ALTER TABLE ONLY base ALTER word SET NOT NULL;
CREATE TABLE empty_row (organization_id text NOT NULL);
CREATE VIEW person_pet AS SELECT p.organization_id, p.id, p.name, t.name AS pet, t.id AS pet_id
    FROM person p LEFT JOIN pet t ON t.owner = p.id AND t.organization_id = p.organization_id;
CREATE VIEW named AS SELECT organization_id, id, name FROM person;
CREATE FUNCTION pick(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT NULL::text';

INSERT INTO kind VALUES ('a', 'Kind A'), ('unused', 'Nobody');
INSERT INTO person (organization_id, id, name, nick, kind) VALUES ('acme', 1, 'Ann', NULL, 'a'),
    ('acme', 2, 'Bob', 'bob', 'gone'), ('acme', 3, 'Cyn', NULL, NULL), ('zulu', 1, 'Zed', NULL, NULL);
INSERT INTO pet VALUES ('acme', 1, 1, 'Rex'), ('acme', 2, 99, 'Stray'), ('zulu', 1, 1, 'Zip');
INSERT INTO base VALUES ('acme', 1, 'parent');
INSERT INTO derived VALUES ('acme', 2, NULL);
INSERT INTO empty_row VALUES ('acme');
