-- becomes
CREATE TABLE currency (code text PRIMARY KEY);
COMMENT ON TABLE currency IS 'tenantry: public: everybody has it';
