// better-auth's database adapter, as far as its tests prepare and look at rows with it.
import { randomBytes } from "node:crypto";

const operators = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" };
const dated = { createdAt: ["user", "session", "account", "verification", "member", "organization", "invitation", "team"],
  updatedAt: ["user", "session", "account", "verification"] };

const list = (values) => [values].flat();
const column = (name) => `"${name.replaceAll('"', '""')}"`;

function condition(where = [], first = 1) {
  const values = [];
  const parts = where.map(({ field, operator = "eq", value }) => {
    if (value === null) return `${column(field)} is null`;
    values.push(operator === "in" ? list(value) : value);
    const place = `$${first + values.length - 1}`;
    return operator === "in" ? `${column(field)} = any(${place})` : `${column(field)} ${operators[operator]} ${place}`;
  });
  return { text: parts.length ? `where ${parts.join(" and ")}` : "", values };
}

export function makeAdapter(server) {
  const adapter = {
    id: "tenantry",
    async create({ model, data, forceAllowId }) {
      const now = new Date();
      const row = { ...data, id: data.id && forceAllowId !== false ? data.id : randomBytes(16).toString("hex") };
      for (const [name, models] of Object.entries(dated)) if (models.includes(model)) row[name] ??= now;
      if (model === "user") Object.assign(row, { emailVerified: row.emailVerified ?? false, name: row.name ?? "" });
      const names = Object.keys(row).filter((name) => row[name] !== undefined);
      const places = names.map((_, index) => `$${index + 1}`);
      return (await server.sql(`insert into ${column(model)} (${names.map(column)}) values (${places}) returning *`, names.map((name) => row[name])))[0];
    },
    async findOne({ model, where }) {
      return (await adapter.findMany({ model, where, limit: 1 }))[0] ?? null;
    },
    async findMany({ model, where, limit = 100, offset = 0, sortBy }) {
      const { text, values } = condition(where);
      const order = sortBy ? `order by ${column(sortBy.field)} ${sortBy.direction === "desc" ? "desc" : "asc"}` : "";
      return server.sql(`select * from ${column(model)} ${text} ${order} limit ${limit} offset ${offset}`, values);
    },
    async update({ model, where, update }) {
      const names = Object.keys(update);
      const { text, values } = condition(where, names.length + 1);
      const set = names.map((name, index) => `${column(name)} = $${index + 1}`);
      return (await server.sql(`update ${column(model)} set ${set} ${text} returning *`, [...Object.values(update), ...values]))[0] ?? null;
    },
    async updateMany(change) {
      await adapter.update(change);
    },
    async delete({ model, where }) {
      const { text, values } = condition(where);
      await server.sql(`delete from ${column(model)} ${text}`, values);
    },
    async deleteMany(which) {
      await adapter.delete(which);
    },
    async count({ model, where }) {
      const { text, values } = condition(where);
      return Number((await server.sql(`select count(*) as n from ${column(model)} ${text}`, values))[0].n);
    },
  };
  return adapter;
}
