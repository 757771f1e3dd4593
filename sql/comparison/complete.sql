-- What every tenant table gets without being asked for, done to the tables that the schema file made in a scratch database.
-- completion_setting holds the engine; completion_base the tables that were there before the file.
-- What was done goes to completion_note, what nobody can guess to completion_fault.
do $complete$
declare
    of_citus constant boolean := (select engine = 'citus' from completion_setting);
    tenant constant text := 'organization_id';
    entry record;
    columns text;
    referenced text;
    predicate text;
    name text;
begin
    -- The line that says why: "tenantry: global: the same list for everybody"
    create temp table completion_reason on commit drop as
    select class.oid, trim(found.part[1]) as exemption, trim(found.part[2]) as reason
    from pg_catalog.pg_class class
    cross join lateral regexp_matches(
        obj_description(class.oid, 'pg_class'), '^\s*tenantry:([^:\n]*):?([^\n]*)$', 'gn') found (part)
    where class.relkind in ('r', 'p');

    insert into completion_fault
    select format('%s: "tenantry: %s" is no exemption; they are: global, cross_org, no row-level security, no composite key, '
            'no leading index, granted to ROLE', reason.oid::regclass, reason.exemption)
    from completion_reason reason
    where reason.exemption !~ '^(global|cross_org|no row-level security|no composite key|no leading index|granted to \S+)$'
    union all
    select format('%s: "tenantry: %s" gives no reason; write it behind another colon', reason.oid::regclass, reason.exemption)
    from completion_reason reason
    where reason.reason = '';

    create temp table completion_table on commit drop as
    select class.oid, class.oid::regclass::text as spoken, class.relname, class.relnamespace, class.relispartition,
        exists (
            select from pg_catalog.pg_attribute attribute
            where attribute.attrelid = class.oid and attribute.attname = tenant and not attribute.attisdropped)
            and not exists (
                select from completion_reason reason
                where reason.oid = class.oid and reason.exemption in ('global', 'cross_org')) as is_tenant,
        exists (
            select from completion_reason reason
            where reason.oid = class.oid and reason.exemption = 'no row-level security') as without_security,
        exists (
            select from completion_reason reason
            where reason.oid = class.oid and reason.exemption = 'no composite key') as without_key,
        exists (
            select from completion_reason reason
            where reason.oid = class.oid and reason.exemption = 'no leading index') as without_index
    from pg_catalog.pg_class class
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p') and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
        and class.oid not in (select oid from completion_base)
        and not exists (
            select from pg_catalog.pg_depend member
            where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e');

    insert into completion_fault
    select format('%s has no %s: give it the column if it holds what belongs to an organization, else say why not: '
            'COMMENT ON TABLE %s IS ''tenantry: global: the reason''', spoken, tenant, spoken)
    from completion_table
    where not is_tenant and not exists (
        select from completion_reason reason
        where reason.oid = completion_table.oid and reason.exemption in ('global', 'cross_org'));

    -- Foreign keys first away, for the keys that they point to may get another column.
    create temp table completion_foreign on commit drop as
    select constraints.oid, constraints.conname, constraints.conrelid, constraints.confrelid,
        constraints.confdeltype, constraints.confupdtype, constraints.confmatchtype,
        constraints.condeferrable, constraints.condeferred,
        (
            select string_agg(quote_ident(attribute.attname), ', ' order by key.position)
            from unnest(constraints.conkey) with ordinality key (number, position)
            join pg_catalog.pg_attribute attribute
                on attribute.attrelid = constraints.conrelid and attribute.attnum = key.number
            where attribute.attname <> tenant) as columns,
        (
            select string_agg(quote_ident(attribute.attname), ', ' order by key.position)
            from unnest(constraints.confkey) with ordinality key (number, position)
            join pg_catalog.pg_attribute attribute
                on attribute.attrelid = constraints.confrelid and attribute.attnum = key.number
            where attribute.attname <> tenant) as referenced
    from pg_catalog.pg_constraint constraints
    join completion_table one on one.oid = constraints.conrelid and one.is_tenant and not one.without_key
    join completion_table other on other.oid = constraints.confrelid and other.is_tenant and not other.without_key
    where constraints.contype = 'f' and constraints.conparentid = 0
        and not exists (
            select from unnest(constraints.conkey, constraints.confkey) pair (mine, theirs)
            join pg_catalog.pg_attribute mine on mine.attrelid = constraints.conrelid and mine.attnum = pair.mine
            join pg_catalog.pg_attribute theirs on theirs.attrelid = constraints.confrelid and theirs.attnum = pair.theirs
            where mine.attname = tenant and theirs.attname = tenant);
    -- Those that are composite already may point to a key whose columns change their order.
    create temp table completion_composite on commit drop as
    select constraints.conname, constraints.conrelid, pg_get_constraintdef(constraints.oid) as definition
    from pg_catalog.pg_constraint constraints
    join pg_catalog.pg_index index on index.indexrelid = constraints.conindid
    join completion_table other on other.oid = constraints.confrelid and other.is_tenant and not other.without_key
    join pg_catalog.pg_attribute first
        on first.attrelid = other.oid and first.attnum = index.indkey[0] and first.attname <> tenant
    where constraints.contype = 'f' and constraints.conparentid = 0
        and not exists (select from completion_foreign foreign_key where foreign_key.oid = constraints.oid)
        and constraints.conrelid in (select oid from completion_table where is_tenant);

    insert into completion_fault
    select format('%s refers to the tenant table %s: what all organizations share cannot point into one organization''s rows',
        constraints.conrelid::regclass, constraints.confrelid::regclass)
    from pg_catalog.pg_constraint constraints
    join completion_table other on other.oid = constraints.confrelid and other.is_tenant
    join completion_table one on one.oid = constraints.conrelid and not one.is_tenant
    where constraints.contype = 'f';
    if exists (select from completion_fault) then
        return;
    end if;

    for entry in select conname, conrelid from completion_foreign
        union all select conname, conrelid from completion_composite loop
        execute format('ALTER TABLE %s DROP CONSTRAINT %I', entry.conrelid::regclass, entry.conname);
    end loop;

    -- Keys: the organization first in the primary key, and in every unique one.
    for entry in
        select constraints.oid, constraints.conname, constraints.contype, completion_table.spoken,
            constraints.condeferrable, constraints.condeferred,
            string_agg(quote_ident(attribute.attname), ', ' order by key.position) as old,
            string_agg(quote_ident(attribute.attname), ', ' order by key.position)
                filter (where attribute.attname <> tenant) as others,
            bool_or(attribute.attname = tenant) as has_tenant,
            bool_or(attribute.attname = tenant and key.position = 1) as leads,
            pg_get_constraintdef(constraints.oid) as definition
        from completion_table
        join pg_catalog.pg_constraint constraints on constraints.conrelid = completion_table.oid
        cross join lateral unnest(constraints.conkey) with ordinality key (number, position)
        join pg_catalog.pg_attribute attribute
            on attribute.attrelid = completion_table.oid and attribute.attnum = key.number
        where completion_table.is_tenant and not completion_table.without_key and constraints.contype in ('p', 'u', 'x')
            and constraints.conparentid = 0
        group by constraints.oid, constraints.conname, constraints.contype, completion_table.spoken,
            constraints.condeferrable, constraints.condeferred
        order by constraints.oid
    loop
        continue when entry.leads or (entry.contype <> 'p' and entry.has_tenant);
        if entry.contype = 'x' then
            insert into completion_fault values (format('%s: the exclusion constraint %I reaches across organizations: add '
                '"%s WITH =" to it', entry.spoken, entry.conname, tenant));
            continue;
        end if;
        columns := concat_ws(', ', tenant, entry.others);
        execute format('ALTER TABLE %s DROP CONSTRAINT %I', entry.spoken, entry.conname);
        execute format('ALTER TABLE %s ADD CONSTRAINT %I %s', entry.spoken, entry.conname,
            replace(entry.definition, '(' || entry.old || ')', '(' || columns || ')'));
        insert into completion_note values (format('%s: %s (%s) becomes (%s)', entry.spoken,
            case entry.contype when 'p' then 'PRIMARY KEY' else 'UNIQUE' end, entry.old, columns));
    end loop;

    for entry in
        select class.oid, class.relname, completion_table.spoken, namespace.nspname, pg_get_indexdef(class.oid) as definition
        from completion_table
        join pg_catalog.pg_index index on index.indrelid = completion_table.oid and index.indisunique
        join pg_catalog.pg_class class on class.oid = index.indexrelid and not class.relispartition
        join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
        where completion_table.is_tenant and not completion_table.without_key
            and not exists (select from pg_catalog.pg_constraint owner where owner.conindid = class.oid and owner.contype in ('p', 'u', 'x'))
            and not exists (
                select from unnest(index.indkey::smallint[]) key (number)
                join pg_catalog.pg_attribute attribute
                    on attribute.attrelid = completion_table.oid and attribute.attnum = key.number
                where attribute.attname = tenant)
        order by class.oid
    loop
        execute format('DROP INDEX %I.%I', entry.nspname, entry.relname);
        execute regexp_replace(entry.definition, ' USING (\w+) \(', format(' USING \1 (%s, ', tenant));
        insert into completion_note values (format('%s: the unique index %I begins with %s', entry.spoken, entry.relname, tenant));
    end loop;

    for entry in select * from completion_foreign order by oid loop
        columns := concat_ws(', ', tenant, entry.columns);
        referenced := concat_ws(', ', tenant, entry.referenced);
        execute format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%s) REFERENCES %s (%s)%s%s%s%s',
            entry.conrelid::regclass, entry.conname, columns, entry.confrelid::regclass, referenced,
            case entry.confmatchtype when 'f' then ' MATCH FULL' else '' end,
            case entry.confupdtype when 'c' then ' ON UPDATE CASCADE' when 'r' then ' ON UPDATE RESTRICT' else '' end,
            case entry.confdeltype when 'c' then ' ON DELETE CASCADE' when 'r' then ' ON DELETE RESTRICT'
                when 'n' then format(' ON DELETE SET NULL (%s)', entry.columns)
                when 'd' then format(' ON DELETE SET DEFAULT (%s)', entry.columns) else '' end,
            case when entry.condeferred then ' DEFERRABLE INITIALLY DEFERRED' when entry.condeferrable then ' DEFERRABLE'
                else '' end);
        insert into completion_note values (format('%s: FOREIGN KEY (%s) becomes (%s)', entry.conrelid::regclass,
            entry.columns, columns));
    end loop;
    for entry in select * from completion_composite loop
        execute format('ALTER TABLE %s ADD CONSTRAINT %I %s', entry.conrelid::regclass, entry.conname, entry.definition);
    end loop;

    for entry in
        select completion_table.*, attribute.attnotnull, format_type(attribute.atttypid, attribute.atttypmod) as type
        from completion_table
        join pg_catalog.pg_attribute attribute on attribute.attrelid = completion_table.oid and attribute.attname = tenant
        where completion_table.is_tenant
        order by completion_table.oid
    loop
        if not entry.attnotnull then
            execute format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', entry.spoken, tenant);
            insert into completion_note values (format('%s: %s is NOT NULL', entry.spoken, tenant));
        end if;
        if not entry.without_index and not entry.relispartition and not exists (
            select from pg_catalog.pg_index index
            join pg_catalog.pg_attribute attribute
                on attribute.attrelid = entry.oid and attribute.attnum = index.indkey[0]
            where index.indrelid = entry.oid and attribute.attname = tenant and index.indpred is null)
        then
            execute format('CREATE INDEX ON %s (%I)', entry.spoken, tenant);
            insert into completion_note values (format('%s: an index on %s', entry.spoken, tenant));
        end if;
        continue when entry.without_security;

        execute format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', entry.spoken);
        predicate := format(case when of_citus then '%I = tenantry.organization()%s'
            else '%I = (SELECT tenantry.organization()%s)' end,
            tenant, case when entry.type <> 'text' then '::' || entry.type else '' end);
        if not exists (select from pg_catalog.pg_policy policy where policy.polrelid = entry.oid) then
            execute format('CREATE POLICY %I ON %s FOR ALL USING (%s) WITH CHECK (%s)',
                left(entry.relname, 47) || '_of_organization', entry.spoken, predicate, predicate);
        end if;
    end loop;

    if of_citus then
        -- The form that tenantry gives elsewhere has a sub-select, which Citus refuses.
        for entry in
            select policy.polname, policy.polrelid::regclass::text as spoken, attribute.attname,
                format_type(attribute.atttypid, attribute.atttypmod) as type
            from pg_catalog.pg_policy policy
            join pg_catalog.pg_attribute attribute on attribute.attrelid = policy.polrelid and attribute.attname = tenant
            where pg_get_expr(policy.polqual, policy.polrelid) ~* '^\(organization_id = \( SELECT [^()]*tenantry\.organization\(\)[^()]*( AS organization)?\)\)$'
                or pg_get_expr(policy.polqual, policy.polrelid) ~* '^\(organization_id = \( SELECT \(tenantry\.organization\(\)\)::\w+ AS organization\)\)$'
        loop
            predicate := format('%I = tenantry.organization()%s', tenant,
                case when entry.type <> 'text' then '::' || entry.type else '' end);
            execute format('ALTER POLICY %I ON %s USING (%s) WITH CHECK (%s)', entry.polname, entry.spoken, predicate, predicate);
        end loop;
    end if;

    -- Grants: to the application, as far as the schema does not say which, and to nobody else.
    for entry in
        select completion_table.spoken from completion_table
        where is_tenant and not relispartition
            and not exists (
                select from pg_catalog.pg_class class
                cross join lateral aclexplode(class.relacl) item
                join pg_catalog.pg_roles role on role.oid = item.grantee
                where class.oid = completion_table.oid and role.rolname = 'tenantry_app')
            and not exists (
                select from pg_catalog.pg_attribute attribute
                cross join lateral aclexplode(attribute.attacl) item
                join pg_catalog.pg_roles role on role.oid = item.grantee
                where attribute.attrelid = completion_table.oid and role.rolname = 'tenantry_app')
        order by oid
    loop
        execute format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO tenantry_app', entry.spoken);
    end loop;
    for entry in
        select sequence.oid::regclass::text as spoken
        from pg_catalog.pg_depend owned
        join pg_catalog.pg_class sequence on sequence.oid = owned.objid and sequence.relkind = 'S'
        join completion_table on completion_table.oid = owned.refobjid and completion_table.is_tenant
        where owned.deptype = 'a' and sequence.relacl is null
    loop
        execute format('GRANT USAGE ON SEQUENCE %s TO tenantry_app', entry.spoken);
    end loop;
    for entry in
        select distinct namespace.nspname from completion_table
        join pg_catalog.pg_namespace namespace on namespace.oid = completion_table.relnamespace
        where completion_table.is_tenant and not has_schema_privilege('tenantry_app', namespace.oid, 'usage')
    loop
        execute format('GRANT USAGE ON SCHEMA %I TO tenantry_app', entry.nspname);
    end loop;
    for entry in
        select class.oid::regclass::text as spoken
        from pg_catalog.pg_class class
        join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
        where class.relkind = 'v' and class.relacl is null
            and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
            and class.oid not in (select oid from completion_base)
            and exists (
                select from pg_catalog.pg_attribute attribute
                where attribute.attrelid = class.oid and attribute.attname = tenant)
        order by class.oid
    loop
        execute format('GRANT SELECT ON %s TO tenantry_app', entry.spoken);
        insert into completion_note values (format('%s: the view may be read by tenantry_app', entry.spoken));
    end loop;

    insert into completion_fault
    select distinct format('%s is granted to %s: a tenant table is the application''s and nobody else''s; take the grant out, or '
            'say why: COMMENT ON TABLE %s IS ''tenantry: granted to %s: the reason''', completion_table.spoken, grantee.spoken,
        completion_table.spoken, grantee.spoken)
    from completion_table
    join pg_catalog.pg_class class on class.oid = completion_table.oid
    cross join lateral (
        select item.grantee from aclexplode(class.relacl) item
        union
        select item.grantee from pg_catalog.pg_attribute attribute cross join lateral aclexplode(attribute.attacl) item
        where attribute.attrelid = class.oid) item
    cross join lateral (
        select coalesce((select role.rolname from pg_catalog.pg_roles role where role.oid = item.grantee), 'PUBLIC')) grantee (spoken)
    where completion_table.is_tenant and item.grantee <> class.relowner
        and grantee.spoken not in ('tenantry_app', 'tenantry_raw')
        and not exists (
            select from completion_reason reason
            where reason.oid = completion_table.oid and reason.exemption = 'granted to ' || grantee.spoken);
end
$complete$
