CREATE TYPE status AS ENUM ('draft', 'paid');
CREATE TABLE bill (organization_id text, id bigint, remark text, state status, PRIMARY KEY (organization_id, id));
CREATE INDEX bill_remark ON bill (organization_id, remark);
CREATE VIEW open_bill AS SELECT organization_id, id, remark AS note FROM bill;
