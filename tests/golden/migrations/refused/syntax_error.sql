-- becomes
CREATE TABLE invoice (
    organization_id text,,
);
