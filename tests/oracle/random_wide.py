"""Wider random statements: what the plain ones of random_sql lack. The same rule holds: nothing can fail on a value, and
no answer depends on an order that the statement does not say."""
from random_sql import Column, Generator, Scope, quoted

FIRST = {"int": "0", "text": "''", "bool": "false", "numeric": "0", "date": "'2024-01-01'::date"}


class WideGenerator(Generator):
    # --- expressions

    def expression(self, scope, kind, depth):
        if depth <= 0 or not self.one_in(4):
            return super().expression(scope, kind, depth)
        sub = lambda other=kind: self.expression(scope, other, depth - 1)
        any_kind = lambda: self.pick("int", "text", "numeric", "bool", "date")
        found = {
            "int": [lambda: "cardinality(ARRAY[%s, %s])" % (sub(), sub()), lambda: "jsonb_array_length(jsonb_build_array(%s, %s))" % (sub(), sub("text")),
                    lambda: "cardinality(%s)" % self.array_of(scope, "int", depth - 1), lambda: "array_position(ARRAY[1, 2, %s], %s)" % (sub(), sub()),
                    lambda: "(jsonb_build_object('a', %s) ->> 'a')::int" % sub(), lambda: "num_nulls(%s, %s)" % (sub(), sub(any_kind())),
                    lambda: "(SELECT count(*)::int FROM unnest(%s) AS q (v) WHERE q.v > %s)" % (self.array_of(scope, "int", depth - 1), self.column_of(scope, "int"))],
            "text": [lambda: "array_to_string(%s, ',', '-')" % self.array_of(scope, any_kind(), depth - 1), lambda: "jsonb_build_object('k', %s)::text" % sub(any_kind()),
                     lambda: "(to_jsonb(%s) #>> '{}')" % sub("text"), lambda: "concat_ws('/', %s, %s)" % (sub(), sub(any_kind())), lambda: "(ROW(%s, %s))::text" % (sub(), sub("int")),
                     lambda: "jsonb_path_query_array(to_jsonb(%s), '$[*] ? (@ != null)')::text" % self.array_of(scope, "text", depth - 1),
                     lambda: "regexp_replace(%s, '[0-9]+', '#', 'g')" % sub(), lambda: "to_char(%s, 'YYYY-MM')" % sub("date")],
            "bool": [lambda: self.condition(scope, depth)],
            "numeric": [lambda: "greatest(%s, %s)" % (sub(), sub("int")), lambda: "trunc(%s)" % sub(), lambda: "(to_jsonb(%s))::numeric" % sub()],
            "date": [lambda: "least(%s, %s)" % (sub(), sub()), lambda: "date_trunc('month', %s)::date" % sub()],
        }[kind]
        return self.random.choice(found)()

    def array_of(self, scope, kind, depth):
        if depth > 0 and self.one_in(2):
            inner = Scope(scope)
            source = self.from_clause(inner, depth - 1)
            return "ARRAY(SELECT %s FROM %s%s ORDER BY 1)" % (self.column_of(inner, kind) + "::" + kind, source, self.where(inner, depth - 1))
        return "ARRAY[%s, %s]::%s[]" % (self.column_of(scope, kind), self.literal(kind), kind)

    def condition(self, scope, depth):
        if depth <= 0 or not self.one_in(3):
            return super().condition(scope, depth)
        kind = self.pick("int", "text", "numeric", "date")
        one, other = self.column_of(scope, "int"), self.column_of(scope, kind)
        return self.random.choice([
            lambda: "%s = %s (%s)" % (other, self.pick("ANY", "ALL"), self.array_of(scope, kind, depth - 1)),
            lambda: "%s %s %s" % (self.array_of(scope, kind, depth - 1), self.pick("&&", "@>", "<@", "="), self.array_of(scope, kind, depth - 1)),
            lambda: "ROW(%s, %s) %s ROW(%s, %s)" % (one, other, self.pick("IS DISTINCT FROM", "IS NOT DISTINCT FROM", "<", "<>"), self.literal("int"), self.column_of(scope, kind)),
            lambda: "(%s, %s) %sIN (%s)" % (one, other, self.pick("", "NOT "), self.select(Scope(scope), depth - 1, ["int", kind])),
            lambda: "(%s, %s) %s (%s)" % (one, other, self.pick("=", ">=", "<>"), self.one_row(scope, depth - 1, kind)),
            lambda: "(%s) IS %s" % (self.condition(scope, depth - 1), self.pick("NOT TRUE", "UNKNOWN", "NOT FALSE", "FALSE")),
            lambda: "%s BETWEEN SYMMETRIC %s AND (%s)" % (one, self.literal("int"), self.scalar(scope, "int", depth - 1)),
            lambda: "(%s) > (%s)" % (self.scalar(scope, kind, depth - 1), self.scalar(scope, kind, depth - 1)),
            lambda: "EXISTS (VALUES (%s), (%s) EXCEPT %s)" % (one, self.literal("int"), self.select(Scope(scope), depth - 1, ["int"])),
            lambda: "to_jsonb(%s) %s to_jsonb(%s)" % (other, self.pick("=", "@>", "<@"), self.column_of(scope, kind)),
            lambda: "EXISTS (SELECT FROM (%s) AS e (v) WHERE e.v IS NOT DISTINCT FROM %s)" % (self.select(Scope(scope), depth - 1, [kind]), other),
        ])()

    def one_row(self, scope, depth, kind):
        inner = Scope(scope)
        source = self.from_clause(inner, depth)
        return "SELECT max(%s), min(%s) FROM %s%s" % (self.column_of(inner, "int"), self.column_of(inner, kind), source, self.where(inner, depth))

    # --- FROM

    def from_item(self, scope, depth):
        if depth <= 0 or not self.one_in(4):
            return super().from_item(scope, depth)
        return self.random.choice([self.functions, self.merged_join, self.nested_join, self.with_inside, self.table_command, self.alias_of_join])(scope, depth - 1)

    def functions(self, scope, depth):
        alias = self.fresh("f")
        scope.add(alias, [Column("n", "int"), Column("w", "text"), Column("o", "int")])
        return self.pick(
            "ROWS FROM (generate_series(1, (SELECT count(*)::int FROM badge)), unnest(ARRAY['a', (SELECT min(title) FROM project)])) WITH ORDINALITY AS %s (n, w, o)",
            "jsonb_to_recordset((SELECT jsonb_agg(jsonb_build_object('n', id, 'w', title) ORDER BY id) FROM task)) AS %s (n int, w text, o int)",
            "unnest(ARRAY(SELECT id FROM person ORDER BY id), ARRAY(SELECT label FROM badge ORDER BY id)) WITH ORDINALITY AS %s (n, w, o)",
            "LATERAL (SELECT e.ordinality::int, e.value, 1 FROM jsonb_array_elements_text('[\"x\", \"y\"]') WITH ORDINALITY e) AS %s (n, w, o)") % alias

    def merged_join(self, scope, _):
        """USING and NATURAL: the merged column has no owner."""
        kind = self.pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
        left, right, alias = self.fresh("u"), self.fresh("u"), self.fresh("j")
        one, two, text = self.pick(("person", "badge", "label"), ("task", "badge", "label"), ("badge", "note", "body"), ("project", "person", "name"))
        if self.one_in(2):
            scope.add(alias, [Column("id", "int")])
            scope.add(right, [Column(text, "text")])
            return "%s %s %s %s %s USING (%s) AS %s" % (one, left, kind, two, right, self.pick("id", "studio_id, id", "id, studio_id"), alias)
        scope.add(alias, [Column("id", "int"), Column(text, "text")])
        return "(SELECT id, %s FROM (SELECT id, studio_id FROM %s) %s NATURAL %s %s %s) AS %s" % (text, one, left, kind, two, right, alias)

    def nested_join(self, scope, depth):
        inner = Scope(scope.outer)
        text = self.from_clause(inner, depth)
        if text.startswith("(") or "," in text or " JOIN " not in text:
            return self.relation(scope)
        scope.columns += inner.columns
        return "(%s)" % text

    def alias_of_join(self, scope, _):
        alias = self.fresh("z")
        scope.add(alias, [Column("b", "int"), Column("c", "text")])
        return "(badge %s JOIN note ON note.id = badge.id) AS %s (a, b, x, c)" % (self.pick("", "LEFT", "FULL", "RIGHT"), alias)

    def with_inside(self, scope, depth):
        """A WITH of a sub-select, whose name may be that of a table and ends with it."""
        alias, name = self.fresh("w"), self.pick("task", "person", "badge", "currency", "fresh")
        outer = self.ctes
        columns = [Column("w0", "int"), Column("w1", "text")]
        body = self.select(Scope(scope.outer), depth, ["int", "text"])
        self.ctes = outer + [(name, columns)]
        inner = Scope(scope.outer)
        rest = self.select(inner, depth, ["int", "text"])
        # Other statements of this one would mean the table by that name: qualified ones still do.
        self.ctes = outer
        scope.add(alias, columns)
        return "(WITH %s (w0, w1) AS (%s) %s) AS %s (w0, w1)" % (name, body, rest, alias)

    def table_command(self, scope, _):
        alias = self.fresh("b")
        scope.add(alias, [Column("t1", "int"), Column("t2", "text")])
        return "(TABLE %s%s) AS %s (t0, t1, t2)" % (self.pick("", "ONLY "), "note", alias)

    # --- SELECT

    def select(self, scope, depth, kinds):
        if kinds and depth > 0 and self.one_in(9):
            return self.random.choice([self.values, self.distinct_on, self.named_window, self.three_arms, self.several_sets])(scope, depth - 1, kinds)
        return super().select(scope, depth, kinds)

    def values(self, scope, depth, kinds):
        row = lambda: "(%s)" % ", ".join("(%s)::%s" % (self.expression(scope, kind, depth) if scope.outer else self.literal(kind), kind) for kind in kinds)
        return "VALUES " + ", ".join(row() for _ in range(self.random.randrange(1, 4)))

    def distinct_on(self, scope, depth, kinds):
        source = self.from_clause(scope, depth)
        items = ["(%s)::%s" % (self.expression(scope, kind, depth - 1), kind) for kind in kinds]
        return "(SELECT DISTINCT ON (1) %s FROM %s%s ORDER BY %s)" % (", ".join(items), source, self.where(scope, depth),
                                                                     ", ".join(str(at + 1) for at in range(len(kinds))))

    def named_window(self, scope, depth, kinds):
        source = self.from_clause(scope, depth)
        items = ["(%s OVER %s)::%s" % ({"int": self.pick("dense_rank()", "count(*)", "ntile(1)")}.get(kind, "%s(%s)" % (
            "bool_and" if kind == "bool" else self.pick("max", "min"), self.column_of(scope, kind))), self.pick("w", "v", "(v RANGE UNBOUNDED PRECEDING)", "(w GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING)"), kind) for kind in kinds]
        return "SELECT %s FROM %s%s WINDOW w AS (PARTITION BY %s ORDER BY %s), v AS (ORDER BY %s)" % (
            ", ".join(items), source, self.where(scope, depth), self.column_of(scope, "text"), self.column_of(scope, "int"), self.column_of(scope, "date"))

    def three_arms(self, scope, depth, kinds):
        arm = lambda: "(%s)" % self.select(Scope(scope.outer), depth, kinds)
        return "%s %s %s %s %s%s" % (arm(), self.pick("UNION", "EXCEPT", "INTERSECT ALL"), arm(), self.pick("UNION ALL", "INTERSECT", "EXCEPT"), arm(), self.tail(len(kinds)))

    def several_sets(self, scope, depth, kinds):
        source = self.from_clause(scope, depth)
        one, two = self.column_of(scope, "int"), self.column_of(scope, "text")
        if one.isdigit() or not scope.of("int") or not scope.of("text"):
            return super().select(Scope(scope.outer), depth, kinds)
        items = [{"int": self.pick("grouping(%s)" % one, "count(*)::int", "max(%s)" % one), "text": self.pick("min(%s)" % two, "string_agg(DISTINCT %s, ',' ORDER BY %s)" % (two, two))}.get(
            kind, "%s(%s)" % ("bool_or" if kind == "bool" else "min", self.column_of(scope, kind))) for kind in kinds]
        sets = self.pick("GROUPING SETS ((%s, %s), (%s), ())", "ROLLUP (%s, %s), CUBE (%s)", "CUBE (%s, (%s, %s))", "DISTINCT ROLLUP (%s), GROUPING SETS (ROLLUP (%s), (%s))") % (one, two, one)
        return "SELECT %s FROM %s%s GROUP BY %s HAVING count(*) >= %d" % (
            ", ".join("(%s)::%s" % pair for pair in zip(items, kinds)), source, self.where(scope, depth), sets, self.random.randrange(3))

    # --- writes

    def insert(self, depth):
        if not self.one_in(3):
            return super().insert(depth)
        return self.random.choice([self.insert_upsert, self.insert_partition, self.insert_with])(depth)

    def insert_upsert(self, depth):
        own = Scope()
        own.add("c", [Column("id", "int"), Column("name", "text"), Column("value", "int")])
        own.add("excluded", [Column("name", "text"), Column("value", "int")])
        action = self.random.choice([
            "NOTHING", "UPDATE SET value = coalesce(%s, 1)" % self.expression(own, "int", depth),
            "UPDATE SET (value, id) = (SELECT count(*), coalesce(max(q.id), 0) FROM (%s) AS q (id))" % self.select(Scope(own), depth - 1, ["int"]),
            "UPDATE SET value = DEFAULT WHERE %s" % self.condition(own, depth)])
        where = self.pick("(name)", "(studio_id, name)", "(name, studio_id)", "ON CONSTRAINT counter_pkey", "" if action == "NOTHING" else "(name)")
        rows = ", ".join("(%d, 'counter %d', %d)" % (50 + at, self.random.randrange(1, 3) + at * 2, at) for at in range(self.random.randrange(1, 3)))
        return "INSERT INTO counter AS c (id, name, value) %s ON CONFLICT %s DO %s%s" % (
            self.pick("VALUES " + rows, "(VALUES %s)" % rows, "SELECT * FROM (VALUES %s) v" % rows), where, action, self.pick("", " RETURNING c.id AS a, c.value AS b"))

    def insert_partition(self, depth):
        scope = Scope()
        source = self.from_clause(scope, depth - 1)
        return "INSERT INTO %s (id, day, amount) SELECT DISTINCT 900 + coalesce(%s, 0), coalesce(%s, '2024-05-05'), 1 FROM %s%s ON CONFLICT DO NOTHING" % (
            self.pick("entry", "public.entry"), self.column_of(scope, "int"), self.column_of(scope, "date"), source, self.where(scope, depth - 1))

    def insert_with(self, depth):
        inner = self.select(Scope(), depth - 1, ["int", "text"])
        return "INSERT INTO note (id, body) WITH q (n, t) AS (%s) SELECT DISTINCT 700 + coalesce(n, 0), 'w' FROM q%s ON CONFLICT (id) DO UPDATE SET body = excluded.body RETURNING note.id AS a" % (
            inner, self.pick("", " WHERE n IS DISTINCT FROM 3", " UNION SELECT 650, min(t) || 'x' FROM q HAVING min(t) IS NOT NULL"))

    def merge(self, depth):
        if not self.one_in(2):
            return super().merge(depth)
        source, target = Scope(), Scope()
        source.add("s", [Column("n", "int"), Column("w", "text")])
        target.add("m", [Column("id", "int"), Column("body", "text")])
        target.columns += source.columns
        select = "SELECT DISTINCT ON (n) n, w FROM (%s) AS q (n, w) WHERE n IS NOT NULL ORDER BY n, w" % self.select(Scope(), depth - 1, ["int", "text"])
        when = self.random.sample(["WHEN MATCHED AND %s THEN DELETE" % self.condition(target, 1), "WHEN MATCHED AND %s THEN DO NOTHING" % self.condition(target, 1),
                                   "WHEN NOT MATCHED AND %s THEN DO NOTHING" % self.condition(source, depth - 1)], self.random.randrange(3))
        when += ["WHEN MATCHED THEN UPDATE SET body = coalesce(%s, 'b')" % self.expression(target, "text", depth - 1)]
        when += self.pick([], ["WHEN NOT MATCHED THEN INSERT (body, id) VALUES (coalesce(%s, 'i'), s.n + 60)" % self.expression(source, "text", depth - 1)])
        return "MERGE INTO %snote AS m USING (%s) AS s ON m.id = s.n%s %s" % (self.pick("", "ONLY "), select, self.pick("", " AND (%s OR true)" % self.condition(target, 0)), " ".join(when))

    def locking(self, depth):
        if self.one_in(2):
            return super().locking(depth)
        one, two = self.fresh("l"), self.fresh("l")
        scope = Scope()
        scope.add(one, [Column("id", "int"), Column("title", "text")])
        return "SELECT %s.id::text AS a, %s.id AS b FROM task %s %s project %s ON %s.id = %s.project_id%s FOR %s OF %s%s" % (
            one, two, one, self.pick("JOIN", "INNER JOIN", "LEFT JOIN"), two, two, one, self.where(scope, depth), self.pick("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE"),
            one, self.pick("", " FOR UPDATE OF %s SKIP LOCKED" % one))

    # --- optional parts

    def variants(self, depth):
        """A query with optional parts and sorts: its header, its text, the values of its parameters."""
        self.ctes, self.number, self.parameters, self.written = [], 0, {}, set()
        scope = Scope()
        source = self.from_clause(scope, depth)
        items = ["(%s)::%s AS c%d" % (self.expression(scope, kind, depth - 1), kind, at) for at, kind in enumerate(("int", "text"))]
        header, parts, names = "", "", []
        for at in range(self.random.randrange(0, 3)):
            name, kind = "o%d" % at, self.pick("int", "text", "numeric", "date")
            self.parameters[name] = {"int": "2", "text": "Task 2", "numeric": "12.5", "date": "2024-01-15"}[kind]
            names.append(name)
            parts += self.random.choice([
                " /*?%s AND %s %s :%s::%s ?*/" % (name, self.column_of(scope, kind), self.pick("=", "<", "IS DISTINCT FROM"), name, kind),
                " /*?%s AND EXISTS (SELECT FROM (%s) AS e (v) WHERE e.v <> :%s::%s) ?*/" % (name, self.select(Scope(scope), depth - 1, [kind]), name, kind)])
        if names:
            header += "-- optional: %s\n" % ", ".join(names)
        sorts = ["1, 2", "2 DESC NULLS LAST, 1", "(SELECT count(*) FROM badge) + 0, 2, 1"][:self.random.randrange(1, 4)]
        header += "-- sort: %s\n" % " | ".join("s%d = %s" % pair for pair in enumerate(sorts))
        text = "SELECT %s FROM %s WHERE %s%s /*sort*/" % (", ".join(items), source, self.pick("true", "(%s)" % self.condition(scope, 1)), parts)
        return header, text, dict(self.parameters)
