-- What no comparison here writes; it is only told. Fields: kind and identity.
with other as (
    select 'pg_catalog.pg_event_trigger'::regclass::oid as class, oid from pg_catalog.pg_event_trigger
    union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid from pg_catalog.pg_foreign_data_wrapper
    union all select 'pg_catalog.pg_foreign_server'::regclass, oid from pg_catalog.pg_foreign_server
    union all select 'pg_catalog.pg_class'::regclass, oid from pg_catalog.pg_class where relkind = 'f'
    union all select 'pg_catalog.pg_operator'::regclass, oid from pg_catalog.pg_operator
    union all select 'pg_catalog.pg_cast'::regclass, oid from pg_catalog.pg_cast
    union all select 'pg_catalog.pg_collation'::regclass, oid from pg_catalog.pg_collation
    union all select 'pg_catalog.pg_conversion'::regclass, oid from pg_catalog.pg_conversion
    union all select 'pg_catalog.pg_opclass'::regclass, oid from pg_catalog.pg_opclass
    union all select 'pg_catalog.pg_publication'::regclass, oid from pg_catalog.pg_publication
    union all select 'pg_catalog.pg_ts_config'::regclass, oid from pg_catalog.pg_ts_config
    union all select 'pg_catalog.pg_ts_dict'::regclass, oid from pg_catalog.pg_ts_dict
    union all select 'pg_catalog.pg_ts_parser'::regclass, oid from pg_catalog.pg_ts_parser
    union all select 'pg_catalog.pg_language'::regclass, oid from pg_catalog.pg_language
    union all select 'pg_catalog.pg_transform'::regclass, oid from pg_catalog.pg_transform
    union all select 'pg_catalog.pg_default_acl'::regclass, oid from pg_catalog.pg_default_acl
    union all select 'pg_catalog.pg_type'::regclass, oid from pg_catalog.pg_type where typtype in ('b', 'r') and typelem = 0
    union all select 'pg_catalog.pg_proc'::regclass, oid from pg_catalog.pg_proc where prokind = 'a'
)
select other.class, other.oid, 0, 0, 0, 0, object.type || ' ' || object.identity, '', object.type || ' ' || object.identity
from other
cross join lateral pg_identify_object(other.class, other.oid, 0) object
where other.oid >= 16384
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = other.class and member.objid = other.oid and member.deptype in ('e', 'i'))
order by other.class, other.oid
