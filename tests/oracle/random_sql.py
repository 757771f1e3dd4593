"""Random statements over a schema: what they mean is of no interest, only that PostgreSQL takes most of them and answers
them the same way each time. So nothing here can fail on a value or depend on an order: no division, no cast from text,
LIMIT only behind a whole ORDER BY, and what an UPDATE sets does not depend on which row of FROM it meets."""
import collections

Column = collections.namedtuple("Column", "name type")
Relation = collections.namedtuple("Relation", "schema name columns kind keys unique parameters")
KINDS = {"integer": "int", "bigint": "int", "smallint": "int", "text": "text", "character": "text", "boolean": "bool",
         "numeric": "numeric", "date": "date", "hours": "numeric"}


def kind_of(type_name):
    return KINDS.get(type_name.split("(")[0], "other")


def quoted(name):
    plain = name.islower() and name.replace("_", "a").isalnum() and name.isascii() and name not in ("select", "where")
    return name if plain else '"' + name.replace('"', '""') + '"'


class Scope:
    """What FROM gives: (how it is written, type) of each column."""

    def __init__(self, outer=None):
        self.columns, self.outer = [], outer

    def add(self, alias, columns):
        self.columns += [("%s.%s" % (alias, quoted(column.name)), column.type) for column in columns]

    def of(self, kind):
        found = [text for text, type_name in self.columns if type_name == kind]
        if not found and self.outer:
            return self.outer.of(kind)
        return found


class Generator:
    """`random` decides; `relations` are what may be read, `targets` what may be written."""

    def __init__(self, random, relations, column):
        self.random, self.relations, self.tenant_column = random, relations, column
        self.readable = [each for each in relations if each.kind in ("tenant", "view", "global", "root")]
        self.targets = [each for each in relations if each.kind == "tenant"]
        self.ctes, self.number, self.parameters, self.written = [], 0, {}, set()

    def one_in(self, n):
        return self.random.randrange(n) == 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def fresh(self, letter="t"):
        self.number += 1
        name = "%s%d" % (letter, self.number)
        return '"%s x"' % name.upper() if self.one_in(15) else name

    # --- expressions

    def literal(self, kind):
        if self.one_in(12):
            return self.parameter(kind)
        if self.one_in(15):
            return "NULL::" + kind
        return {"int": lambda: str(self.random.randrange(-2, 9)), "bool": lambda: self.pick("true", "false"),
                "text": lambda: self.pick("'Person 2'", "'Task 1'", "''", "'FROM task'", "$x$a;b$x$", "E'\\n'", "'Project 3'"),
                "numeric": lambda: "%d.%d" % (self.random.randrange(400), self.random.randrange(9)),
                "date": lambda: "'2024-0%d-01'::date" % self.random.randrange(1, 9)}[kind]()

    def parameter(self, kind):
        name = "p%d" % (len(self.parameters) + 1)
        self.parameters[name] = {"int": "2", "bool": "true", "text": "Task 2", "numeric": "12.5", "date": "2024-01-15"}[kind]
        return ":%s::%s" % (name, kind)

    def column_of(self, scope, kind):
        found = scope.of(kind)
        return self.random.choice(found) if found else self.literal(kind)

    def expression(self, scope, kind, depth):
        if depth <= 0 or self.one_in(3):
            return self.column_of(scope, kind) if not self.one_in(4) else self.literal(kind)
        sub = lambda other=kind: self.expression(scope, other, depth - 1)
        common = [lambda: "coalesce(%s, %s)" % (sub(), sub()), lambda: "nullif(%s, %s)" % (sub(), sub()),
                  lambda: "CASE WHEN %s THEN %s ELSE %s END" % (sub("bool"), sub(), sub()),
                  lambda: "(%s)" % self.scalar(scope, kind, depth - 1)]
        own = {
            "int": [lambda: "%s + %s" % (sub(), sub()), lambda: "(%s) - (%s)" % (sub(), sub()), lambda: "length(%s)" % sub("text"),
                    lambda: "abs(%s)" % sub(), lambda: "extract(day FROM %s)::int" % sub("date")],
            "text": [lambda: "%s || %s" % (sub(), sub()), lambda: "upper(%s)" % sub(), lambda: "(%s)::text" % sub("int"),
                     lambda: "substring(%s FROM 1 FOR 3)" % sub(), lambda: "initials(%s)" % sub(), lambda: "%s COLLATE by_code" % self.column_of(scope, "text")],
            "bool": [lambda: self.condition(scope, depth - 1)],
            "numeric": [lambda: "%s + %s" % (sub(), sub()), lambda: "stock.twice(%s)" % sub(), lambda: "round(%s, 1)" % sub(),
                        lambda: "(%s)::numeric" % sub("int")],
            "date": [lambda: "(%s + 1)" % sub(), lambda: "greatest(%s, %s)" % (sub(), sub())],
        }[kind]
        return self.random.choice(common + own + own)()


    def condition(self, scope, depth):
        if depth <= 0:
            kind = self.pick("int", "text", "numeric", "bool", "date")
            if kind == "bool":
                return self.column_of(scope, "bool")
            return "%s %s %s" % (self.column_of(scope, kind), self.pick("=", "<>", "<", ">=", "IS DISTINCT FROM"),
                                 self.pick(self.literal, lambda one: self.column_of(scope, one))(kind))
        sub = lambda: self.condition(scope, depth - 1)
        kind = self.pick("int", "text", "numeric", "date")
        value = lambda: self.expression(scope, kind, depth - 1)
        return self.random.choice([
            lambda: "%s AND %s" % (sub(), sub()), lambda: "(%s OR %s)" % (sub(), sub()), lambda: "NOT (%s)" % sub(),
            lambda: "%s IS %sNULL" % (self.column_of(scope, kind), self.pick("", "NOT ")),
            lambda: "(%s) %s (%s)" % (value(), self.pick("=", "<", ">="), value()),
            lambda: "%sEXISTS (%s)" % (self.pick("", "NOT "), self.select(Scope(scope), depth - 1, None)),
            lambda: "%s %sIN (%s)" % (self.column_of(scope, kind), self.pick("", "NOT "), self.select(Scope(scope), depth - 1, [kind])),
            lambda: "%s = %s (%s)" % (self.column_of(scope, kind), self.pick("ANY", "ALL"), self.select(Scope(scope), depth - 1, [kind])),
            lambda: "%s IN (%s, %s)" % (self.column_of(scope, kind), self.literal(kind), self.literal(kind)),
            lambda: "%s BETWEEN %s AND %s" % (self.column_of(scope, "int"), self.literal("int"), self.literal("int")),
            lambda: "(%s, %s) %s (%s, %s)" % (self.column_of(scope, "int"), self.column_of(scope, kind), self.pick("=", ">", "<="),
                                             self.literal("int"), self.literal(kind)),
            lambda: "%s LIKE 'P%%'" % self.column_of(scope, "text"), lambda: "(%s) IS TRUE" % sub(),
            lambda: "CASE WHEN %s THEN %s ELSE %s END" % (sub(), sub(), sub()),
        ])()

    def scalar(self, scope, kind, depth):
        """A sub-select of at most one row."""
        inner = Scope(scope)
        source = self.from_clause(inner, depth - 1)
        if kind == "int" and self.one_in(2):
            return "SELECT count(*)::int FROM %s%s" % (source, self.where(inner, depth - 1))
        function = {"bool": "bool_or"}.get(kind, self.pick("max", "min"))
        return "SELECT %s(%s) FROM %s%s" % (function, self.expression(inner, kind, depth - 1), source, self.where(inner, depth - 1))

    # --- FROM

    def relation(self, scope):
        """A relation or a WITH query, as it is written."""
        usable = [cte for cte in self.ctes]
        if usable and self.one_in(3):
            name, columns = self.random.choice(usable)
            alias = self.fresh("c")
            scope.add(alias, columns)
            return "%s AS %s" % (name, alias)
        relation = self.random.choice(self.readable)
        columns = relation.columns
        text = self.name(relation)
        if relation.kind == "tenant" and self.one_in(12):
            text = "ONLY " + text if self.one_in(2) else "ONLY (%s)" % text
        if self.one_in(8):
            alias = self.fresh("a")
            renamed = [Column("k%d" % at, column.type) for at, column in enumerate(columns[:3])] + list(columns[3:])
            scope.add(alias, renamed)
            return "%s AS %s (%s)" % (text, alias, ", ".join(column.name for column in renamed[:3]))
        alias = self.fresh()
        scope.add(alias, columns)
        return "%s%s %s" % (text, self.pick("", " AS", " /* FROM */", " AS -- WHERE\n"), alias)

    def name(self, relation):
        if relation.schema != "public":
            return "%s.%s" % (relation.schema, quoted(relation.name))
        return self.pick("", "", "public.") + quoted(relation.name)

    def from_item(self, scope, depth):
        if depth <= 0 or not self.one_in(3):
            return self.relation(scope)
        choice = self.random.randrange(6)
        alias = self.fresh("s")
        if choice == 0:
            scope.add(alias, [Column("n", "int"), Column("w", "text")])
            return "(VALUES (1, 'a'), (%s, 'b')) AS %s (n, w)" % (self.literal("int"), alias)
        if choice == 1:
            scope.add(alias, [Column("n", "int")])
            return "generate_series(1, 4) AS %s (n)" % alias
        kinds = [self.pick("int", "text", "numeric") for _ in range(self.random.randrange(1, 4))]
        inner = Scope(scope if choice == 2 else scope.outer)
        text = self.select(inner, depth - 1, kinds)
        names = [Column("s%d" % at, kind) for at, kind in enumerate(kinds)]
        scope.add(alias, names)
        return "%s(%s) AS %s (%s)" % ("LATERAL " if choice == 2 else "", text, alias, ", ".join(column.name for column in names))

    def from_clause(self, scope, depth):
        text = self.from_item(scope, depth)
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            if self.one_in(5):
                text += ", " + self.relation(scope)
                continue
            kind = self.pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "INNER JOIN", "LEFT OUTER JOIN", "CROSS JOIN")
            before = list(scope.columns)
            right = self.relation(scope)
            if kind == "CROSS JOIN":
                text += " CROSS JOIN " + right
                continue
            left = [name for name, type_name in before if type_name == "int"] or ["1"]
            own = [name for name, type_name in scope.columns[len(before):] if type_name == "int"] or ["1"]
            if "," in text and kind != "JOIN" and not self.one_in(3):
                text += " %s %s ON true" % ("LEFT JOIN", right)
                continue
            last = left if "," not in text else ["1"]
            text += " %s %s ON %s = %s" % (kind, right, self.random.choice(last), self.random.choice(own))
        return text

    def where(self, scope, depth):
        return " WHERE " + self.condition(scope, depth) if not self.one_in(3) else ""

    # --- SELECT

    def select(self, scope, depth, kinds):
        """`kinds` None: any columns (for EXISTS)."""
        if kinds and depth > 0 and self.one_in(6):
            operation = self.pick("UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL")
            left, right = self.select(Scope(scope.outer), depth - 1, kinds), self.select(Scope(scope.outer), depth - 1, kinds)
            return "(%s) %s %s" % (left, operation, "(%s)" % right if "LIMIT" in right or "ORDER" in right else right)
        source = self.from_clause(scope, depth)
        where = self.where(scope, depth - 1)
        if kinds is None:
            return "SELECT %s FROM %s%s" % (self.pick("1", "", "*"), source, where)
        if self.one_in(5):
            return self.grouped(scope, depth, kinds, source, where)
        items = [self.expression(scope, kind, depth - 1) for kind in kinds]
        if self.one_in(8):
            items[0] = self.window(scope, depth - 1, kinds[0])
        text = "SELECT %s%s FROM %s%s" % (self.pick("", "", "", "DISTINCT "), ", ".join("(%s)::%s" % pair for pair in zip(items, kinds)),
                                          source, where)
        return text + self.tail(len(kinds))

    def tail(self, count):
        if not self.one_in(4):
            return ""
        order = " ORDER BY " + ", ".join("%d%s" % (at + 1, self.pick("", " DESC", " NULLS FIRST")) for at in range(count))
        return order + self.pick("", " LIMIT 3", " LIMIT 2 OFFSET 1", " FETCH FIRST 2 ROWS ONLY")

    def grouped(self, scope, depth, kinds, source, where):
        key_kind = self.pick("int", "text", "date")
        key = self.column_of(scope, key_kind)
        found = scope.of(key_kind)
        if not found:
            key = "1"
        items = []
        for kind in kinds:
            inner = self.expression(scope, kind, min(depth - 1, 1))
            aggregate = {"bool": "bool_and(%s)", "int": self.pick("max(%s)", "count(%s)::int", "count(DISTINCT %s)::int")}.get(kind, "min(%s)")
            items.append(aggregate % inner + (" FILTER (WHERE %s)" % self.condition(scope, 0) if self.one_in(5) else ""))
        group = self.pick("GROUP BY %s", "GROUP BY ROLLUP (%s)", "GROUP BY CUBE (%s)", "GROUP BY GROUPING SETS ((%s), ())", "") if found else ""
        text = "SELECT %s FROM %s%s %s" % (", ".join("(%s)::%s" % pair for pair in zip(items, kinds)), source, where,
                                           group % key if group else "")
        return text + (" HAVING count(*) > %d" % self.random.randrange(3) if self.one_in(3) else "")

    def window(self, scope, depth, kind):
        function = {"int": "rank()"}.get(kind, "%s(%s)" % ("bool_or" if kind == "bool" else "max", self.expression(scope, kind, depth - 1)))
        return "%s OVER (%sORDER BY %s)" % (function, self.pick("", "PARTITION BY %s " % self.column_of(scope, "text")),
                                            self.column_of(scope, "int"))

    # --- writes

    def target(self):
        left = [each for each in self.targets if each.name not in self.written]
        relation = self.random.choice(left or self.targets)
        self.written.add(relation.name)
        return relation

    def plain(self, relation):
        """Columns that may be assigned without meeting a key."""
        return [column for column in relation.columns if column.type in ("int", "text", "numeric", "bool", "date")
                and column.name not in relation.keys and column.name not in relation.unique and column.name != self.column_name]

    @property
    def column_name(self):
        return self.tenant_column

    def returning(self, relation, alias):
        if not self.one_in(3):
            return "", None
        columns = [column for column in relation.columns if column.type != "other"]
        names = self.random.sample(columns, min(2, len(columns)))
        return " RETURNING " + ", ".join("%s.%s AS r%d" % (alias, quoted(column.name), at) for at, column in enumerate(names)), names

    def insert(self, depth):
        relation = self.target()
        ids = [column for column in relation.columns if column.name in ("id", "Id")]
        if not ids or relation.name in ("task", "entry", "entry_old", "entry_new", "booking", "counter", "project"):
            relation = self.random.choice([each for each in self.targets if each.name in ("note", "badge", "Odd Table", "person", "pinned_note")])
            self.written.add(relation.name)
            ids = [column for column in relation.columns if column.name in ("id", "Id")]
        required = [column for column in relation.columns if column.name in ("name", "label", "body", "title")]
        others = self.random.sample(self.plain(relation), min(1, len(self.plain(relation))))
        columns = ids + required + [column for column in others if column not in required and column.name not in ("boss", "owner")]
        scope = Scope()
        alias, names = "", [quoted(column.name) for column in columns]
        written = self.name(relation)
        if self.one_in(3):
            alias = self.fresh("i")
            written += " AS " + alias
        if self.one_in(2):
            rows = ["(%s)" % ", ".join([str(self.random.randrange(1, 12) + 20 * at)] + [
                "'n%d'" % self.random.randrange(99) if column in required else self.pick(
                    self.expression(scope, column.type, 1), "DEFAULT") for column in columns[1:]]) for at in range(self.random.randrange(1, 4))]
            source = "VALUES " + ", ".join(rows)
            if self.one_in(4) and "DEFAULT" not in source:
                source = "(%s)" % source
        else:
            items = [self.pick("%d", "x.id + %d") % self.random.randrange(1, 50)] + [
                "coalesce(%s, 'none')" % self.expression(scope, "text", 1) if column in required else self.expression(scope, column.type, depth - 1)
                for column in columns[1:]]
            shape = self.random.randrange(4)
            source = "SELECT %s FROM %s x%s" % (", ".join(items), self.pick("task", "person", "stock.task", "badge"),
                                                self.pick("", " WHERE x.id < 3", " WHERE x.id IS DISTINCT FROM 2"))
            if shape == 0:
                source = "(%s)" % source
            elif shape == 1:
                source += " UNION ALL SELECT %s" % ", ".join(["77"] + ["'u'" if column in required else "NULL::" + column.type for column in columns[1:]])
            elif shape == 2:
                source = "WITH x AS (SELECT id, title FROM project) SELECT %s FROM x" % ", ".join(items)
        conflict = ""
        if self.one_in(2):
            conflict = " ON CONFLICT (%s) DO NOTHING" % names[0] if relation.keys == {ids[0].name, self.column_name} else " ON CONFLICT (id) DO NOTHING"
            setable = [column for column in columns[1:] if column.name not in relation.unique]
            if setable and self.one_in(2):
                column = quoted(setable[0].name)
                conflict = conflict.replace("NOTHING", "UPDATE SET %s = excluded.%s" % (column, column))
                if self.one_in(2):
                    conflict += " WHERE %s.%s > 1" % (alias or quoted(relation.name), names[0])
        returning, _ = self.returning(relation, alias or quoted(relation.name))
        return "INSERT INTO %s (%s) %s%s%s" % (written, ", ".join(names), source, conflict, returning)

    def assignments(self, relation, scope, depth):
        columns = self.plain(relation)
        chosen = self.random.sample(columns, min(self.random.randrange(1, 3), len(columns)))
        chosen = [column for column in chosen if column.name not in ("boss", "owner", "assignee", "project_id", "place", "currency", "slug", "spent", "budget", "seats", "score")] or \
                 [column for column in columns if column.name in ("title", "label", "body", "value", "amount", "where", "done")][:1]
        if not chosen:
            return None
        required = ("title", "label", "body", "name", "value", "amount", "where", "done", "active")
        values = ["coalesce(%s, %s)" % (self.expression(scope, column.type, depth - 1), {"int": "1", "text": "'v'", "numeric": "2", "bool": "true", "date": "'2024-02-02'::date"}[column.type])
                  if column.name in required else self.expression(scope, column.type, depth - 1) for column in chosen]
        if len(chosen) == 2 and self.one_in(3):
            return "(%s) = (SELECT %s)" % (", ".join(quoted(column.name) for column in chosen), ", ".join("(%s)::%s" % (value, column.type) for value, column in zip(values, chosen)))
        return ", ".join("%s = (%s)::%s" % (quoted(column.name), value, column.type) for column, value in zip(chosen, values))

    def update(self, depth):
        relation = self.target()
        alias = self.fresh("u")
        own = Scope()
        own.add(alias, relation.columns)
        assigned = self.assignments(relation, own, depth)
        if not assigned:
            return self.delete(depth)
        scope = Scope()
        scope.add(alias, relation.columns)
        source = " FROM " + self.from_clause(scope, depth - 1) if self.one_in(3) else ""
        only = "ONLY " if self.one_in(12) else ""
        returning, _ = self.returning(relation, alias)
        return "UPDATE %s%s %s SET %s%s%s%s" % (only, self.name(relation), self.pick("AS ", "") + alias, assigned, source,
                                                self.where(scope, depth), returning)

    def delete(self, depth):
        relation = self.target()
        alias = self.fresh("d")
        scope = Scope()
        scope.add(alias, relation.columns)
        source = " USING " + self.from_clause(scope, depth - 1) if self.one_in(3) else ""
        returning, _ = self.returning(relation, alias)
        return "DELETE FROM %s %s%s%s%s" % (self.name(relation), self.pick("AS ", "") + alias, source, self.where(scope, depth), returning)

    def merge(self, depth):
        relation = self.random.choice([each for each in self.targets if each.name in ("note", "badge", "Odd Table")])
        key = quoted(next(column.name for column in relation.columns if column.name in ("id", "Id")))
        text = next(column.name for column in relation.columns if column.name in ("body", "label", "ünï"))
        own, alias, source = Scope(), self.fresh("m"), self.fresh("s")
        own.add(source, [Column("n", "int"), Column("w", "text")])
        inner = Scope()
        select = "SELECT DISTINCT ON (n) n, w FROM (%s) AS q (n, w) WHERE n IS NOT NULL ORDER BY n, w" % self.select(inner, depth - 1, ["int", "text"])
        condition = self.pick("%s.%s = %s.n", "%s.%s = CASE WHEN true THEN %s.n END") % (alias, key, source)
        value = "coalesce(%s, 'm')" % self.expression(own, "text", 1)
        clauses = self.random.choice([
            ["WHEN MATCHED AND %s THEN DELETE" % self.condition(own, 0), "WHEN MATCHED THEN UPDATE SET %s = %s" % (quoted(text), value)],
            ["WHEN MATCHED THEN UPDATE SET %s = %s" % (quoted(text), value)], ["WHEN MATCHED THEN DO NOTHING"], []])
        if not clauses or self.one_in(2):
            columns = [key, quoted(text)]
            values = ["%s.n + 40" % source, value]
            clauses.append("WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)" % (", ".join(columns), ", ".join(values)))
        return "MERGE INTO %s AS %s USING (%s) AS %s ON %s %s" % (self.name(relation), alias, select, source, condition, " ".join(clauses))

    # --- whole statements

    def with_clause(self, depth):
        parts = []
        recursive = self.one_in(6)
        for _ in range(self.random.randrange(1, 3)):
            kinds = [self.pick("int", "text", "numeric") for _ in range(self.random.randrange(1, 3))]
            name = self.random.choice(["task", "person", "currency"]) if self.one_in(6) and not recursive else self.fresh("w")
            columns = [Column("w%d" % at, kind) for at, kind in enumerate(kinds)]
            if self.one_in(5):
                before = set(self.written)
                relation_text = self.pick(self.update, self.delete, self.insert)(depth - 1)
                if " RETURNING " in relation_text and self.written != before:
                    parts.append("%s AS (%s)" % (name, relation_text))
                    continue
                self.written = before
            body = self.select(Scope(), depth - 1, kinds)
            parts.append("%s (%s) AS %s(%s)" % (name, ", ".join(column.name for column in columns), self.pick("", "", "MATERIALIZED "), body))
            self.ctes = [each for each in self.ctes if each[0] != name] + [(name, columns)]
        if recursive:
            parts.append("r (n) AS (SELECT 1 UNION ALL SELECT r.n + 1 FROM r JOIN badge ON badge.id = r.n WHERE r.n < 6)")
            self.ctes.append(("r", [Column("n", "int")]))
        return "WITH %s%s " % ("RECURSIVE " if recursive else "", ", ".join(parts))

    def statement(self):
        """The text, the values of its parameters, and whether it answers rows."""
        self.ctes, self.number, self.parameters, self.written = [], 0, {}, set()
        depth = self.random.randrange(1, 4)
        prefix = self.with_clause(depth) if self.one_in(4) else ""
        kind = self.random.randrange(10)
        hidden = {name for name, _ in self.ctes}
        if kind < 5:
            kinds = [self.pick("int", "text", "numeric", "bool", "date") for _ in range(self.random.randrange(1, 5))]
            text = self.select(Scope(), depth, kinds)
        elif kind < 6:
            text = self.locking(depth)
        else:
            text = [self.insert, self.update, self.delete, self.merge][kind - 6](depth)
        answers = not text.startswith(("INSERT", "UPDATE", "DELETE", "MERGE")) or " RETURNING " in text
        del hidden
        return prefix + text, dict(self.parameters), answers

    def locking(self, depth):
        relation = self.random.choice(self.targets)
        scope, alias = Scope(), self.fresh("l")
        scope.add(alias, relation.columns)
        return "SELECT %s.%s::text AS a FROM %s %s%s FOR %s%s" % (
            alias, quoted(relation.columns[1].name), self.name(relation), alias, self.where(scope, depth),
            self.pick("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE"), self.pick("", " OF " + alias))
