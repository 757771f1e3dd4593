"""Random schemas and random edits: a model of tables that writes itself as a schema file."""
import copy

TYPES = ["text", "integer", "bigint", "smallint", "numeric(12,2)", "boolean", "date", "timestamptz", "uuid", "jsonb",
         "text[]", "varchar(20)", "double precision"]
WIDER = {"smallint": ["integer", "bigint", "numeric(12,2)"], "integer": ["bigint", "numeric(14,2)", "text"],
         "varchar(20)": ["varchar(40)", "text"], "numeric(12,2)": ["numeric(14,2)", "numeric(14,4)"],
         "date": ["text"], "uuid": ["text"], "boolean": ["text"], "double precision": ["text"], "bigint": ["text"]}


def literal(type_, number):
    """A value of that type for the `number`th row, as SQL; different for different numbers where the type allows."""
    return {
        "text": f"'t{number}'", "integer": str(number), "bigint": str(number), "smallint": str(number % 30000),
        "boolean": "true" if number % 2 else "false", "date": f"date '2020-01-01' + {number % 3000}",
        "timestamptz": f"timestamptz '2020-01-01 00:00:00+00' + {number} * interval '1 minute'",
        "uuid": f"('00000000-0000-0000-0000-' || lpad('{number}', 12, '0'))::uuid",
        "jsonb": f"'{{\"n\": {number}}}'", "text[]": f"array['a', 't{number}']", "double precision": f"{number}.25",
    }.get(type_) or (f"'v{number}'" if type_.startswith("varchar") else f"{number}.5")


class Column:
    def __init__(self, name, type_):
        self.name, self.type = name, type_
        self.not_null = False
        self.default = None
        self.generated = None
        self.identity = False
        self.comment = None

    def sql(self):
        text = f"{self.name} {self.type}"
        if self.not_null:
            text += " NOT NULL"
        if self.default:
            text += f" DEFAULT {self.default}"
        if self.generated:
            text += f" GENERATED ALWAYS AS ({self.generated}) STORED"
        if self.identity:
            text += " GENERATED ALWAYS AS IDENTITY"
        return text


class Table:
    def __init__(self, name):
        self.name = name
        self.columns = []
        self.checks = {}    # name -> (expression, columns)
        self.uniques = {}   # name -> columns, without the organization
        self.indexes = {}   # name -> (text behind the table, columns)
        self.foreign = {}   # name -> (column, table, action)
        self.comment = None
        self.grants = None  # None: what is given unasked
        self.trigger = None
        self.policy = None  # a condition of its own
        self.is_global = False

    def column(self, name):
        return next(column for column in self.columns if column.name == name)

    def plain_columns(self):
        return [column for column in self.columns if not column.generated and not column.identity]

    def users_of(self, name):
        """Names of what stands on a column, other than itself."""
        return ([c for c, (_, used) in self.checks.items() if name in used]
                + [u for u, used in self.uniques.items() if name in used]
                + [i for i, (_, used) in self.indexes.items() if name in used]
                + [f for f, (column, _, _) in self.foreign.items() if column == name]
                + [c.name for c in self.columns if c.generated and name in c.generated]
                + ([self.trigger] if self.trigger and self.trigger[1] == name else []))

    def sql(self):
        lines = [] if self.is_global else ["organization_id text NOT NULL"]
        lines += ["id bigint NOT NULL"] + [column.sql() for column in self.columns]
        lines.append("PRIMARY KEY (%sid)" % ("" if self.is_global else "organization_id, "))
        lines += [f"CONSTRAINT {name} CHECK ({check})" for name, (check, _) in self.checks.items()]
        lines += [f"CONSTRAINT {name} UNIQUE (organization_id, {', '.join(columns)})"
                  for name, columns in self.uniques.items()]
        text = f"CREATE TABLE {self.name} (\n    " + ",\n    ".join(lines) + "\n);\n"
        for name, (index, _) in self.indexes.items():
            text += f"CREATE INDEX {name} ON {self.name} {index};\n"
        comment = self.comment or ""
        if self.is_global:
            comment = "tenantry: global: a list for everybody"
        if comment:
            text += f"COMMENT ON TABLE {self.name} IS '{comment}';\n"
        for column in self.columns:
            if column.comment:
                text += f"COMMENT ON COLUMN {self.name}.{column.name} IS '{column.comment}';\n"
        for grant in self.grants or ():
            text += f"GRANT {grant} ON {self.name} TO tenantry_app;\n"
        return text

    def late_sql(self):
        text = ""
        for name, (column, table, action) in self.foreign.items():
            text += (f"ALTER TABLE {self.name} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column})"
                     f" REFERENCES {table} (organization_id, id){action};\n")
        if self.trigger:
            name, column = self.trigger
            text += (f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {self.name}"
                     " FOR EACH ROW EXECUTE FUNCTION stamp();\n")
        if self.policy:
            organization = "organization_id = (SELECT tenantry.organization())"
            text += (f"CREATE POLICY {self.name}_rows ON {self.name} USING ({organization} AND {self.policy})"
                     f" WITH CHECK ({organization});\n")
        return text


class Schema:
    def __init__(self):
        self.tables = []
        self.enums = {}      # name -> labels
        self.domains = {}    # name -> (base, check)
        self.views = {}      # name -> (table, columns, is_materialized)
        self.functions = {}  # name -> (arguments, body)
        self.sequences = {}  # name -> options

    def table(self, name):
        return next(table for table in self.tables if table.name == name)

    def sql(self):
        text = ""
        for name, labels in self.enums.items():
            text += f"CREATE TYPE {name} AS ENUM ({', '.join(repr(label) for label in labels)});\n"
        for name, (base, check) in self.domains.items():
            text += f"CREATE DOMAIN {name} AS {base}" + (f" CHECK ({check})" if check else "") + ";\n"
        for name, options in self.sequences.items():
            text += f"CREATE SEQUENCE {name} {options};\n"
        text += ("CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS"
                 " $$ BEGIN RETURN NEW; END $$;\n")
        for name, (arguments, body) in self.functions.items():
            text += f"CREATE FUNCTION {name}({arguments}) RETURNS bigint LANGUAGE sql STABLE RETURN {body};\n"
        for table in self.tables:
            text += table.sql()
        for table in self.tables:
            text += table.late_sql()
        for name, (table, columns, stored) in self.views.items():
            head = "" if self.table(table).is_global else "organization_id, "
            text += (f"CREATE {'MATERIALIZED ' if stored else ''}VIEW {name} AS SELECT {head}id, {', '.join(columns)}"
                     f" FROM {table} WHERE id > 0;\n")
        return text


class Edits:
    """Applies random edits to a schema; collects the flags by which they are asked for."""

    def __init__(self, random, schema):
        self.random, self.schema = random, schema
        self.flags = []
        self.number = 0
        self.before = copy.deepcopy(schema)  # as the step found it

    def fresh(self, kind):
        self.number += 1
        return f"{kind}_{self.number}"

    def pick(self, items):
        items = list(items)
        return self.random.choice(items) if items else None

    def tenants(self):
        return [table for table in self.schema.tables if not table.is_global]

    def in_views(self, table, column=None):
        return any(name == table.name and (column is None or column in columns)
                   for name, columns, _ in self.schema.views.values())

    def random_type(self):
        return self.random.choice(TYPES + list(self.schema.enums) + list(self.schema.domains))

    def value(self, type_, number=7):
        if type_ in self.schema.enums:
            return repr(self.schema.enums[type_][number % len(self.schema.enums[type_])])
        if type_ in self.schema.domains:
            return literal(self.schema.domains[type_][0], number)
        return literal(type_, number)

    # --- each answers whether it found something to do

    def add_table(self):
        table = Table(self.fresh("table"))
        table.is_global = self.random.random() < 0.15
        self.schema.tables.append(table)
        for _ in range(self.random.randint(1, 5)):
            self.add_column_to(table, is_new=True)
        return True

    def drop_table(self):
        table = self.pick(t for t in self.schema.tables if not self.in_views(t) and not any(
            other is not t and target == t.name for other in self.schema.tables
            for _, target, _ in other.foreign.values()))
        if not table or len(self.schema.tables) < 2:
            return False
        self.schema.tables.remove(table)
        self.flags += ["--lose", table.name]
        return True

    def rename_table(self):
        table = self.pick(self.schema.tables)
        old, new = table.name, self.fresh("renamed")
        table.name = new
        for other in self.schema.tables:
            for name, (column, target, action) in other.foreign.items():
                if target == old:
                    other.foreign[name] = (column, new, action)
        for name, (target, columns, stored) in self.schema.views.items():
            if target == old:
                self.schema.views[name] = (new, columns, stored)
        self.flags += ["--rename", f"{old}={new}"]
        return True

    def add_column_to(self, table, is_new=False):
        column = Column(self.fresh("column"), self.random_type())
        kind = self.random.random()
        if kind < 0.1 and not any(c.identity for c in table.columns):
            column.type, column.identity, column.not_null = "bigint", True, True
        elif kind < 0.2 and table.plain_columns():
            source = self.random.choice(table.plain_columns())
            column.type, column.generated = "boolean", f"{source.name} IS NULL"
        elif kind < 0.4:
            column.not_null, column.default = True, self.value(column.type)
        elif kind < 0.5:
            column.default = "gen_random_uuid()::text"
            column.type = "text"
        elif kind < 0.7:
            column.not_null = True
            if not is_new:
                source = self.pick(c for c in table.plain_columns() if c.not_null and c.type == "text")
                if source and self.random.random() < 0.5:
                    column.type = "text"
                    self.flags += ["--fill", f"{table.name}.{column.name}={source.name} || '!'"]
                else:
                    self.flags += ["--fill", f"{table.name}.{column.name}={self.value(column.type)}"]
        table.columns.insert(self.random.randint(0, len(table.columns)), column)
        return True

    def add_column(self):
        return self.add_column_to(self.pick(self.schema.tables))

    def free_column(self, table, test=lambda column: True):
        return self.pick(c for c in table.columns if test(c) and not table.users_of(c.name)
                         and not self.in_views(table, c.name)
                         and not (table.policy and c.name in table.policy))

    def drop_column(self):
        table = self.pick(self.schema.tables)
        column = self.free_column(table)
        if not column or len(table.columns) < 2:
            return False
        table.columns.remove(column)
        if not column.generated:
            self.flags += ["--lose", f"{table.name}.{column.name}"]
        return True

    def rename_column(self):
        table = self.pick(self.schema.tables)
        column = self.pick(table.columns)
        if not column:
            return False
        old, new = column.name, self.fresh("column")
        self.flags += ["--rename", f"{table.name}.{old}={new}"]

        def again(text):
            return text.replace(old + " ", new + " ").replace(old + ")", new + ")").replace(old + ",", new + ",")

        def names(columns):
            return [new if name == old else name for name in columns]
        column.name = new
        for other in table.columns:
            if other.generated:
                other.generated = again(other.generated)
        table.checks = {k: (again(v), names(c)) for k, (v, c) in table.checks.items()}
        table.uniques = {k: names(c) for k, c in table.uniques.items()}
        table.indexes = {k: (again(v), names(c)) for k, (v, c) in table.indexes.items()}
        table.foreign = {k: (new if c == old else c, t, a) for k, (c, t, a) in table.foreign.items()}
        if table.trigger and table.trigger[1] == old:
            table.trigger = (table.trigger[0], new)
        if table.policy:
            table.policy = again(table.policy + " ").strip()
        for name, (target, columns, stored) in self.schema.views.items():
            if target == table.name:
                self.schema.views[name] = (target, names(columns), stored)
        return True

    def change_type(self):
        table = self.pick(self.schema.tables)
        column = self.pick(c for c in table.plain_columns() if c.type in WIDER and not table.uniques.get(c.name)
                           and not any(c.name == f[0] for f in table.foreign.values())
                           and not any(c.name in used for _, used in table.checks.values())
                           and not (table.policy and c.name in table.policy)
                           and not any(c.name in index[0] and ">" in index[0] for index in table.indexes.values()))
        if not column:
            return False
        wider = self.random.choice(WIDER[column.type])
        if wider == "text" and column.type != "varchar(20)" or wider == "numeric(12,2)":
            column.default = None
        column.type = wider
        return True

    def change_not_null(self):
        table = self.pick(self.schema.tables)
        column = self.pick(table.plain_columns())
        if not column:
            return False
        column.not_null = not column.not_null
        if column.not_null:
            self.flags += ["--fill", f"{table.name}.{column.name}={self.value(column.type)}"]
        return True

    def change_default(self):
        column = self.pick(self.pick(self.schema.tables).plain_columns())
        if not column:
            return False
        column.default = None if column.default else self.value(column.type, self.random.randint(1, 9))
        return True

    def change_check(self):
        table = self.pick(self.schema.tables)
        if table.checks and self.random.random() < 0.5:
            del table.checks[self.pick(table.checks)]
            return True
        column = self.pick(table.columns)
        name = self.fresh("check")
        table.checks[name] = (f"{column.name} IS NOT NULL OR id > 0", [column.name])
        return True

    def change_unique(self):
        table = self.pick(self.tenants())
        if not table:
            return False
        if table.uniques and self.random.random() < 0.5:
            del table.uniques[self.pick(table.uniques)]
            return True
        table.uniques[self.fresh("unique")] = ["id"] + [c.name for c in self.random.sample(table.columns, 1)
                                                        if c.type != "jsonb"]
        return True

    def change_index(self):
        table = self.pick(self.schema.tables)
        name = self.pick(table.indexes)
        kind = self.random.random()
        if name and kind < 0.3:
            del table.indexes[name]
            return True
        if not name or kind < 0.7:
            name = self.fresh("index")
        column = self.pick(table.columns)
        where = self.random.choice(["", f" WHERE {column.name} IS NOT NULL", ""])
        table.indexes[name] = (f"({self.random.choice(['id, ', ''])}{column.name} ){where}", [column.name])
        if column.type in ("jsonb",):
            table.indexes[name] = (f"(id, ({column.name} IS NULL))", [column.name])
        return True

    def change_foreign(self):
        table = self.pick(self.tenants())
        target = self.pick(self.tenants())
        if not table or not target:
            return False
        if table.foreign and self.random.random() < 0.4:
            del table.foreign[self.pick(table.foreign)]
            return True
        column = Column(self.fresh("reference"), "bigint")
        table.columns.append(column)
        table.foreign[self.fresh("foreign")] = (column.name, target.name, self.random.choice(["", " ON DELETE CASCADE"]))
        return True

    def change_comment(self):
        table = self.pick(self.schema.tables)
        if self.random.random() < 0.5:
            table.comment = self.random.choice([None, "what it is", "it''s another thing", "two\nlines \\ and more"])
        else:
            self.pick(table.columns).comment = self.random.choice([None, "a column", "it''s this"])
        return True

    def change_grants(self):
        table = self.pick(self.schema.tables)
        table.grants = self.random.choice([None, ["SELECT"], ["SELECT, INSERT"], ["SELECT, UPDATE (id)"]])
        return True

    def change_policy(self):
        table = self.pick(self.tenants())
        if not table:
            return False
        table.policy = None if table.policy else "id > 0"
        return True

    def change_trigger(self):
        table = self.pick(self.schema.tables)
        table.trigger = None if table.trigger else (self.fresh("trigger"), self.pick(table.columns).name)
        if table.trigger and table.column(table.trigger[1]).generated:
            table.trigger = None
        return True

    def change_enum(self):
        if not self.schema.enums or self.random.random() < 0.3:
            self.schema.enums[self.fresh("enum")] = ["small", "big"]
            return True
        labels = self.schema.enums[self.pick(self.schema.enums)]
        labels.insert(self.random.randint(0, len(labels)), self.fresh("label"))
        return True

    def change_domain(self):
        name = self.pick(self.schema.domains)
        if not name or self.random.random() < 0.4:
            self.schema.domains[self.fresh("domain")] = (self.random.choice(["text", "bigint"]), None)
            return True
        base, check = self.schema.domains[name]
        self.schema.domains[name] = (base, None if check else "VALUE IS NOT NULL OR true")
        return True

    def change_view(self):
        name = self.pick(self.schema.views)
        if name and self.random.random() < 0.4:
            del self.schema.views[name]
            return True
        table = self.pick(self.schema.tables)
        if not name or self.random.random() < 0.5:
            name, stored = self.fresh("view"), self.random.random() < 0.3
        else:
            stored = self.schema.views[name][2]
        columns = [c.name for c in self.random.sample(table.columns, min(2, len(table.columns)))]
        self.schema.views[name] = (table.name, columns, stored)
        return True

    def change_function(self):
        name = self.pick(self.schema.functions)
        if name and self.random.random() < 0.3:
            del self.schema.functions[name]
            return True
        if not name or self.random.random() < 0.5:
            name = self.fresh("function")
        self.schema.functions[name] = (self.random.choice(["n bigint", "n bigint, m text DEFAULT 'x'", "other bigint"]),
                                       str(self.random.randint(1, 99)))
        return True

    def change_sequence(self):
        name = self.pick(self.schema.sequences)
        if name and self.random.random() < 0.3:
            del self.schema.sequences[name]
            self.flags += ["--lose", name]
        else:
            self.schema.sequences[name or self.fresh("sequence")] = f"INCREMENT BY {self.random.randint(1, 9)}"
        return True

    def some(self, count, is_first):
        kinds = [self.add_table, self.drop_table, self.rename_table, self.drop_column, self.rename_column,
                 self.change_type, self.change_check, self.change_unique, self.change_foreign,
                 self.change_comment, self.change_grants, self.change_policy, self.change_trigger, self.change_enum,
                 self.change_domain, self.change_view, self.change_function, self.change_sequence]
        kinds += [self.add_column, self.change_index, self.change_not_null, self.change_default] * 2
        self.flags, self.started = [], 0 if is_first else self.number
        self.before = Schema() if is_first else copy.deepcopy(self.schema)
        # One edit of a kind at a time: a column that is renamed and then dropped is no question to ask.
        for edit in self.random.sample(kinds, min(count, len(kinds))):
            before = copy.deepcopy(self.schema), list(self.flags)
            if not edit() or self.contradicts():
                self.schema.__dict__, self.flags = before[0].__dict__, before[1]

    def asked(self, flag):
        return [self.flags[at + 1] for at in range(0, len(self.flags), 2) if self.flags[at] == flag]

    def contradicts(self):
        """Is something asked for that another edit of this step made, renamed or took away?"""
        renamed = [pair.split("=")[0] for pair in self.asked("--rename")]
        named = renamed + self.asked("--lose")
        made_now = [name for name in named if int(name.split("_")[-1]) > self.started and name.split(".")[-1] not in
                    [pair.split("=")[1] for pair in self.asked("--rename")]]
        gone = [name for name in self.asked("--lose") if name in renamed or name.split(".")[0] in renamed]
        filled = [pair.split("=")[0] for pair in self.asked("--fill")]
        moved = [name for name in filled if name in renamed or name.split(".")[0] in renamed]
        lost = [name for name in filled if name in self.asked("--lose") or name.split(".")[0] in self.asked("--lose")]
        return bool(made_now or gone or moved or lost or len(set(filled)) < len(filled) or self.without_value()
                    or any(is_new for *_, is_new in self.references_filled()))

    def without_value(self):
        """Columns that the step adds to tables with rows, and that have to have a value there but get none."""
        new_names = dict(pair.split("=") for pair in self.asked("--rename"))
        old_tables = {new_names.get(table.name, table.name) for table in self.before.tables}
        filled = {pair.split("=")[0] for pair in self.asked("--fill")}
        return [f"{table.name}.{column.name}" for table in self.schema.tables if table.name in old_tables
                for column in table.columns
                if int(column.name.split("_")[-1]) > self.started and column.name not in new_names.values()
                and column.not_null and not (column.default or column.generated or column.identity)
                and f"{table.name}.{column.name}" not in filled]

    def references_filled(self):
        """(table, column, target, is the column new) of each column that refers to a table and is filled with a constant,
        under the names that the step found."""
        old_names = {new: old for old, new in (pair.split("=") for pair in self.asked("--rename"))}
        filled = {pair.split("=")[0] for pair in self.asked("--fill")}

        def before(name):
            return old_names.get(name, name).split(".")[-1]
        return [(before(table.name), before(column), before(target), int(column.split("_")[-1]) > self.started
                 and column not in old_names)
                for table in self.schema.tables for column, target, _ in table.foreign.values()
                if f"{table.name}.{column}" in filled]

    def take_back(self):
        """The schema as the step found it; what it asked for is forgotten."""
        self.schema.__dict__ = copy.deepcopy(self.before).__dict__
        self.flags = []

    def impossible(self):
        """One edit that cannot be made as it is asked for, and what has to be said of it."""
        self.flags, self.started = [], self.number
        self.before = copy.deepcopy(self.schema)
        table = self.pick(self.schema.tables)
        kind = self.random.choice(["no value", "column lost", "table lost", "type loses"])
        column = self.free_column(table, lambda c: not c.generated)
        typed = self.free_column(table, lambda c: c.type == "text" and not c.generated and not c.default)
        if kind == "column lost" and column and len(table.columns) > 1:
            table.columns.remove(column)
            return f"--lose {table.name}.{column.name}"
        if kind == "type loses" and typed:
            typed.type = "integer"
            return f"--lose {table.name}.{typed.name}"
        if kind == "table lost" and self.drop_table():
            lost, self.flags = self.flags[1], []
            return f"--lose {lost}"
        added = Column(self.fresh("column"), "text")
        added.not_null = True
        table.columns.append(added)
        return f"--fill {table.name}.{added.name}="
