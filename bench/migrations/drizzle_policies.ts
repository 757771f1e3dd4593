// The same with all that drizzle has for row-level security: policies with USING and WITH CHECK, composite keys and an
// index, written out for each table.
import { sql } from "drizzle-orm";
import { pgTable, pgPolicy, text, uuid, numeric, primaryKey, foreignKey, unique, index } from "drizzle-orm/pg-core";

const mine = sql`organization_id = nullif(current_setting('app.org_id', true), '')`;

export const customer = pgTable("customer", {
    organizationId: text("organization_id").notNull(),
    id: uuid("id").notNull().defaultRandom(),
    email: text("email"),
}, (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    unique().on(table.organizationId, table.email),
    index().on(table.organizationId),
    pgPolicy("customer_organization", { for: "all", using: mine, withCheck: mine }),
]);

export const invoice = pgTable("invoice", {
    organizationId: text("organization_id").notNull(),
    id: uuid("id").notNull().defaultRandom(),
    customerId: uuid("customer_id"),
    total: numeric("total", { precision: 14, scale: 2 }).notNull(),
}, (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    foreignKey({ columns: [table.organizationId, table.customerId], foreignColumns: [customer.organizationId, customer.id] }),
    index().on(table.organizationId),
    pgPolicy("invoice_organization", { for: "all", using: mine, withCheck: mine }),
]);
