-- becomes
CREATE TABLE currency (code text PRIMARY KEY);
COMMENT ON TABLE currency IS 'tenantry: global:';
