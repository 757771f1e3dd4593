-- Why this table is not held like those of one organization: `tenantry migrate verify` asks for the reason.

comment on table tenantry.raw_use is 'Who looked across organizations, and why.
tenantry: cross_org: it is about the role that reads all organizations, who may add to it and not read it';
