-- Fields: object as COMMENT ON wants it; the text.
select 0, 0, 0,
    description.classoid, description.objoid, description.objsubid,
    object.type || ' ' || object.identity, '',
    case object.type
        when 'composite type' then 'TYPE ' || object.identity
        when 'table constraint' then 'CONSTRAINT ' || object.identity
        when 'domain constraint' then 'CONSTRAINT ' || regexp_replace(object.identity, ' on (\S+)$', ' on domain \1')
        when 'statistics object' then 'STATISTICS ' || object.identity
        else regexp_replace(upper(object.type), '^.* COLUMN$', 'COLUMN') || ' ' || object.identity
    end,
    description.description
from pg_catalog.pg_description description
cross join lateral pg_identify_object(description.classoid, description.objoid, description.objsubid) object
where description.objoid >= 16384 and not exists (
        -- As the extension itself is described.
        select from pg_catalog.pg_extension extension
        join pg_catalog.pg_available_extensions available on available.name = extension.extname
        where description.classoid = 'pg_catalog.pg_extension'::regclass and extension.oid = description.objoid
            and available.comment = description.description)
    and (object.schema is null or object.schema !~ '^pg_')
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = description.classoid and member.objid = description.objoid and member.deptype = 'e')
order by description.classoid, description.objoid, description.objsubid
