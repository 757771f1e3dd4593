-- tenantry: step by step

ALTER TYPE public.state ADD VALUE 'draft' BEFORE 'open';
ALTER TYPE public.state ADD VALUE 'sent' AFTER 'open';
ALTER TYPE public.state ADD VALUE 'void' AFTER 'paid';

BEGIN;
ALTER TABLE public.invoice ALTER COLUMN size DROP DEFAULT;
ALTER DOMAIN public.percent DROP CONSTRAINT percent_small;
ALTER TYPE public.size RENAME TO size_old;
CREATE TYPE public.size AS ENUM ('small', 'big');
CREATE TYPE public.colour AS ENUM ('red', 'it''s blue');
CREATE TYPE public.address AS (street text, town text);

-- LOCKS LONG: every table with this domain is read
ALTER DOMAIN public.email SET NOT NULL;
ALTER DOMAIN public.percent SET DEFAULT 10;
CREATE DOMAIN public.label AS character varying(20) COLLATE pg_catalog."C" DEFAULT 'none'::character varying;
ALTER DOMAIN public.email ADD CONSTRAINT email_has_at CHECK ((VALUE ~~ '%@%'::text)) NOT VALID;
ALTER DOMAIN public.label ADD CONSTRAINT label_check CHECK (((VALUE)::text <> ''::text));

-- LOCKS LONG: the table is written again, and a row with a label that is gone stops it
ALTER TABLE public.invoice ALTER COLUMN size TYPE public.size USING size::text::public.size;
ALTER TABLE public.invoice ADD COLUMN colour public.colour;
ALTER TABLE public.invoice ADD COLUMN address public.address;
ALTER TABLE public.invoice ALTER COLUMN state SET DEFAULT 'draft'::public.state;
ALTER TABLE public.invoice ALTER COLUMN size SET DEFAULT 'small'::public.size;
COMMIT;

-- NEEDS FITTING ROWS: every value of the domain has to keep it
ALTER DOMAIN public.email VALIDATE CONSTRAINT email_has_at;

BEGIN;
DROP TYPE public.gone;
DROP TYPE public.size_old;
COMMIT;
