-- becomes
CREATE TABLE invoice (id bigint PRIMARY KEY);
CREATE TABLE invoice_line (invoice_id bigint REFERENCES invoice);
