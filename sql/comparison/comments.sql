-- Fields: object as COMMENT ON wants it; the text.
select 0, 0, 0,
    description.classoid, description.objoid, description.objsubid,
    object.type || ' ' || object.identity, '',
    case object.type
        when 'table column' then 'COLUMN ' || object.identity
        when 'view column' then 'COLUMN ' || object.identity
        when 'materialized view column' then 'COLUMN ' || object.identity
        when 'table constraint' then 'CONSTRAINT ' || object.identity
        when 'domain constraint' then 'CONSTRAINT ' || regexp_replace(object.identity, ' on (\S+)$', ' on domain \1')
        when 'statistics object' then 'STATISTICS ' || object.identity
        else upper(object.type) || ' ' || object.identity
    end,
    description.description
from pg_catalog.pg_description description
cross join lateral pg_identify_object(description.classoid, description.objoid, description.objsubid) object
where description.objoid >= 16384 and object.type <> 'extension'
    and (object.schema is null or object.schema !~ '^pg_')
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = description.classoid and member.objid = description.objoid and member.deptype = 'e')
order by description.classoid, description.objoid, description.objsubid
