CREATE TABLE organization (id text PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE "user" (id text PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE member (
    id text PRIMARY KEY,
    "organizationId" text NOT NULL REFERENCES organization ON DELETE CASCADE,
    "userId" text NOT NULL REFERENCES "user" ON DELETE CASCADE,
    role text NOT NULL,
    UNIQUE ("organizationId", "userId")
);
