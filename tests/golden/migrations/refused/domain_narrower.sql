CREATE DOMAIN code AS varchar(20);
-- becomes
CREATE DOMAIN code AS varchar(10);
