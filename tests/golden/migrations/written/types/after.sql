CREATE TYPE state AS ENUM ('draft', 'open', 'sent', 'paid', 'void');
CREATE TYPE size AS ENUM ('small', 'big');
CREATE TYPE colour AS ENUM ('red', 'it''s blue');
CREATE TYPE address AS (street text, town text);
CREATE DOMAIN email AS text NOT NULL CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');
CREATE DOMAIN percent AS integer DEFAULT 10;
CREATE DOMAIN label AS varchar(20) COLLATE "C" DEFAULT 'none' CHECK (VALUE <> '');
CREATE TABLE invoice (organization_id text, id bigint, state state DEFAULT 'draft', size size DEFAULT 'small', mail email, rate percent,
    colour colour, address address, PRIMARY KEY (organization_id, id));
