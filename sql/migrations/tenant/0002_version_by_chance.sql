ALTER TABLE tenantry.version ALTER COLUMN version SET DEFAULT (((random() * ('4503599627370496'::bigint)::double precision))::bigint + 1);

CREATE OR REPLACE FUNCTION tenantry.touch(organization text, touched_relation text)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO tenantry.version AS current (organization_id, relation)
   VALUES (touch.organization, touch.touched_relation) ON CONFLICT(organization_id, relation) DO UPDATE SET version = ((current.version + 1) + ((random() * (16777216)::double precision))::bigint);
END;
