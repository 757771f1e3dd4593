-- Keys begin with the clinic, so that the same numbers are in each of them.
CREATE SCHEMA care;
CREATE TYPE visit_state AS ENUM ('planned', 'here', 'gone', 'no show');
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE care.span AS (lower date, upper date);

CREATE TABLE care.clinic (no bigint PRIMARY KEY, name text NOT NULL, opened date, beds int NOT NULL DEFAULT 0);
CREATE TABLE drug_group (code char(1) PRIMARY KEY, label text NOT NULL);
CREATE TABLE drug (code text PRIMARY KEY, grp char(1) NOT NULL REFERENCES drug_group, price numeric(10,2) NOT NULL);
CREATE TABLE care.holiday (day date PRIMARY KEY, name text NOT NULL);
CREATE TABLE benchmark (year int PRIMARY KEY, visits bigint NOT NULL);
CREATE TABLE scratch (k text PRIMARY KEY, v text);

CREATE TABLE doctor (
  id int NOT NULL,
  clinic_no bigint NOT NULL REFERENCES care.clinic,
  name text NOT NULL,
  mentor int,
  licence text UNIQUE,                    -- spans clinics
  rate numeric(8,2),
  days int[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (clinic_no, id),
  UNIQUE (clinic_no, name),
  FOREIGN KEY (clinic_no, mentor) REFERENCES doctor
);
CREATE TABLE patient (
  id int NOT NULL,
  clinic_no bigint NOT NULL REFERENCES care.clinic,
  name text NOT NULL,
  born date,
  doctor_id int,
  notes jsonb NOT NULL DEFAULT '{}',
  tags text[],
  PRIMARY KEY (clinic_no, id),
  FOREIGN KEY (clinic_no, doctor_id) REFERENCES doctor ON DELETE SET NULL (doctor_id)
);
CREATE TABLE visit (
  clinic_no bigint NOT NULL,
  id int NOT NULL,
  patient_id int NOT NULL,
  doctor_id int,
  state visit_state NOT NULL DEFAULT 'planned',
  at timestamptz NOT NULL,
  fee numeric(8,2) NOT NULL DEFAULT 0,
  fee_gross numeric(10,2) GENERATED ALWAYS AS (fee * 1.2) STORED,
  done percent NOT NULL DEFAULT 0,
  PRIMARY KEY (clinic_no, id),
  CONSTRAINT visit_slot UNIQUE (clinic_no, patient_id, at),
  FOREIGN KEY (clinic_no, patient_id) REFERENCES patient ON DELETE CASCADE,
  FOREIGN KEY (clinic_no, doctor_id) REFERENCES doctor ON DELETE SET NULL (doctor_id)
);
CREATE TABLE dose (
  clinic_no bigint NOT NULL,
  visit_id int NOT NULL,
  line int NOT NULL,
  drug text NOT NULL REFERENCES drug,
  amount numeric(8,2) NOT NULL,
  PRIMARY KEY (clinic_no, visit_id, line),
  FOREIGN KEY (clinic_no, visit_id) REFERENCES visit ON DELETE CASCADE
);
CREATE TABLE care.room (
  clinic_no bigint NOT NULL REFERENCES care.clinic,
  label text NOT NULL,
  floor int NOT NULL DEFAULT 0,
  PRIMARY KEY (clinic_no, label)
);
CREATE TABLE care.stay (
  clinic_no bigint NOT NULL,
  room text NOT NULL,
  patient_id int NOT NULL,
  since date NOT NULL,
  until date,
  PRIMARY KEY (clinic_no, room, since),
  FOREIGN KEY (clinic_no, room) REFERENCES care.room,
  FOREIGN KEY (clinic_no, patient_id) REFERENCES patient ON DELETE CASCADE
) PARTITION BY RANGE (since);
CREATE TABLE care.stay_past PARTITION OF care.stay FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE care.stay_now PARTITION OF care.stay FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE TABLE message (
  clinic_no bigint NOT NULL REFERENCES care.clinic,
  id int GENERATED ALWAYS AS IDENTITY,
  body text NOT NULL DEFAULT 'empty',
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED,
  PRIMARY KEY (clinic_no, id)
);

CREATE VIEW visit_cost WITH (security_invoker) AS
  SELECT v.clinic_no, v.id, v.patient_id, v.fee + coalesce(sum(d.amount * g.price), 0) AS cost
    FROM visit v LEFT JOIN dose d ON d.clinic_no = v.clinic_no AND d.visit_id = v.id LEFT JOIN drug g ON g.code = d.drug
   GROUP BY v.clinic_no, v.id;
CREATE VIEW care.patient_rank AS
  SELECT p.id, p.name, sum(c.cost) AS cost, dense_rank() OVER (ORDER BY sum(c.cost) DESC) AS place
    FROM patient p JOIN visit_cost c ON c.clinic_no = p.clinic_no AND c.patient_id = p.id GROUP BY p.clinic_no, p.id, p.name;
CREATE VIEW top_patient AS SELECT name, place FROM care.patient_rank WHERE place <= 3 ORDER BY place, name LIMIT 5;
CREATE VIEW price_list AS SELECT d.code, d.price, g.label FROM drug d JOIN drug_group g ON g.code = d.grp;
CREATE VIEW listed AS SELECT * FROM price_list WHERE price > 1;
CREATE VIEW peers AS SELECT year, visits FROM benchmark;
CREATE MATERIALIZED VIEW visits_by_month AS SELECT date_trunc('month', at) AS month, count(*) AS n FROM visit GROUP BY 1;

CREATE FUNCTION age_band(born date) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN born < '1980-01-01' THEN 'old' ELSE 'young' END $$;
CREATE FUNCTION care.mask(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left(name, 1) || '***' $$;
CREATE FUNCTION patients_in_all() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM patient $$;
CREATE FUNCTION any_name(int) RETURNS text LANGUAGE sql STABLE AS $$ SELECT min(name) FROM patient WHERE id = $1 $$;
CREATE FUNCTION reads(a text, b text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT count(*) > 0 FROM patient WHERE name = a $$;
CREATE OPERATOR ==> (LEFTARG = text, RIGHTARG = text, FUNCTION = reads);
CREATE TYPE secret AS (n bigint);
CREATE FUNCTION secret_of(int) RETURNS secret LANGUAGE sql STABLE AS $$ SELECT ROW(count(*))::secret FROM patient WHERE id = $1 $$;
CREATE CAST (int AS secret) WITH FUNCTION secret_of(int);
CREATE DOMAIN sly AS int CHECK (any_name(VALUE) IS NULL OR any_name(VALUE) <> 'x');
CREATE AGGREGATE collected(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
-- In the path this is meant where one compares beds; with an empty one, PostgreSQL's own for any two rows.
CREATE TYPE bed AS (ward int, place int);
CREATE FUNCTION same_bed(a bed, b bed) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT count(*) > 20 FROM patient $$;
CREATE OPERATOR = (LEFTARG = bed, RIGHTARG = bed, FUNCTION = same_bed);
