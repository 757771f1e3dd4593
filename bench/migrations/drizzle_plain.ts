// The schema as most people write it for drizzle: tables, keys, references.
import { pgTable, text, uuid, numeric, bigint } from "drizzle-orm/pg-core";

export const customer = pgTable("customer", {
    organizationId: text("organization_id").notNull(),
    id: uuid("id").primaryKey().defaultRandom(),
    email: text("email").unique(),
});

export const invoice = pgTable("invoice", {
    organizationId: text("organization_id").notNull(),
    id: uuid("id").primaryKey().defaultRandom(),
    customerId: uuid("customer_id").references(() => customer.id),
    total: numeric("total", { precision: 14, scale: 2 }).notNull(),
});
