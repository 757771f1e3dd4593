CREATE TYPE "in-state" AS ENUM ('a-b', 'c', '1', 'int');
CREATE TABLE organization (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE "Odd ""t.x" (
    organization_id text NOT NULL REFERENCES organization,
    id int NOT NULL,
    "unix" int NOT NULL,
    "typeof" int,
    "2x A" int NOT NULL,
    st "in-state" NOT NULL,
    "st 2" "in-state",
    PRIMARY KEY (organization_id, id)
);
