-- What no comparison here writes; it is only told. Fields: kind and identity; what it is.
with other (class, oid, definition) as (
    select 'pg_catalog.pg_event_trigger'::regclass::oid, oid,
        concat_ws(' ', evtevent, evtfoid::regprocedure, evtenabled, evttags) from pg_catalog.pg_event_trigger
    union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid,
        concat_ws(' ', fdwhandler::regprocedure, fdwvalidator::regprocedure, fdwoptions, fdwacl) from pg_catalog.pg_foreign_data_wrapper
    union all select 'pg_catalog.pg_foreign_server'::regclass, oid,
        concat_ws(' ', srvtype, srvversion, srvoptions, srvacl) from pg_catalog.pg_foreign_server
    union all select 'pg_catalog.pg_user_mapping'::regclass, oid, array_to_string(umoptions, ' ') from pg_catalog.pg_user_mapping
    union all select 'pg_catalog.pg_class'::regclass, ftrelid, concat_ws(' ', server.srvname, ftoptions, (
            select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attfdwoptions), ', ' order by attnum)
            from pg_catalog.pg_attribute where attrelid = ftrelid and attnum > 0 and not attisdropped))
        from pg_catalog.pg_foreign_table join pg_catalog.pg_foreign_server server on server.oid = ftserver
    union all select 'pg_catalog.pg_operator'::regclass, oid,
        concat_ws(' ', oprcode::regprocedure, oprresult::regtype, oprcom::regoperator, oprnegate::regoperator,
            oprrest::regprocedure, oprjoin::regprocedure, oprcanmerge, oprcanhash) from pg_catalog.pg_operator
    union all select 'pg_catalog.pg_cast'::regclass, oid, concat_ws(' ', castfunc::regprocedure, castcontext, castmethod)
        from pg_catalog.pg_cast
    union all select 'pg_catalog.pg_collation'::regclass, oid,
        concat_ws(' ', collprovider, collisdeterministic, collencoding, collcollate, collctype, colliculocale) from pg_catalog.pg_collation
    union all select 'pg_catalog.pg_conversion'::regclass, oid,
        concat_ws(' ', condefault, conforencoding, contoencoding, conproc) from pg_catalog.pg_conversion
    union all select 'pg_catalog.pg_opclass'::regclass, oid, concat_ws(' ', opcdefault, opcintype::regtype, (
            select string_agg(concat_ws(' ', amopstrategy, amopopr::regoperator), ', ' order by amopstrategy, amopopr::regoperator::text)
            from pg_catalog.pg_amop where amopfamily = opcfamily), (
            select string_agg(concat_ws(' ', amprocnum, amproc::regprocedure), ', ' order by amprocnum, amproc::regprocedure::text)
            from pg_catalog.pg_amproc where amprocfamily = opcfamily)) from pg_catalog.pg_opclass
    union all select 'pg_catalog.pg_publication'::regclass, publication.oid,
        concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot, (
            select string_agg(concat_ws(' ', prrelid::regclass, prattrs, pg_get_expr(prqual, prrelid)), ', ' order by prrelid::regclass::text)
            from pg_catalog.pg_publication_rel where prpubid = publication.oid), (
            select string_agg(pnnspid::regnamespace::text, ', ' order by pnnspid::regnamespace::text)
            from pg_catalog.pg_publication_namespace where pnpubid = publication.oid))
        from pg_catalog.pg_publication publication
    union all select 'pg_catalog.pg_ts_config'::regclass, config.oid, (
            select string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary), ', ' order by maptokentype, mapseqno)
            from pg_catalog.pg_ts_config_map where mapcfg = config.oid) from pg_catalog.pg_ts_config config
    union all select 'pg_catalog.pg_ts_dict'::regclass, dict.oid, concat_ws(' ', tmplname, dictinitoption)
        from pg_catalog.pg_ts_dict dict join pg_catalog.pg_ts_template template on template.oid = dicttemplate
    union all select 'pg_catalog.pg_ts_parser'::regclass, oid, prsstart::text from pg_catalog.pg_ts_parser
    union all select 'pg_catalog.pg_language'::regclass, oid, concat_ws(' ', lanpltrusted, lanplcallfoid::regprocedure, lanacl)
        from pg_catalog.pg_language
    union all select 'pg_catalog.pg_transform'::regclass, oid,
        concat_ws(' ', trffromsql::regprocedure, trftosql::regprocedure) from pg_catalog.pg_transform
    union all select 'pg_catalog.pg_default_acl'::regclass, oid, (
            select string_agg(item::text, ', ' order by item::text) from unnest(defaclacl) acl (item)) from pg_catalog.pg_default_acl
    union all select 'pg_catalog.pg_type'::regclass, type.oid,
        concat_ws(' ', format_type(rngsubtype, null), rngcollation, rngcanonical, rngsubdiff, typinput, typlen, typalign)
        from pg_catalog.pg_type type left join pg_catalog.pg_range on rngtypid = type.oid
        where typtype in ('b', 'r') and typelem = 0
    union all select 'pg_catalog.pg_proc'::regclass, function.oid,
        concat_ws(' ', aggkind, aggnumdirectargs, aggtransfn::regprocedure, aggfinalfn::regprocedure, aggcombinefn::regprocedure,
            aggmtransfn::regprocedure, aggminvtransfn::regprocedure, aggmfinalfn::regprocedure, aggfinalextra, aggfinalmodify,
            aggsortop::regoperator, aggtranstype::regtype, agginitval, aggminitval, proparallel, proacl)
        from pg_catalog.pg_aggregate join pg_catalog.pg_proc function on function.oid = aggfnoid
),
-- Tables and indexes are compared by themselves; what they are beside that is told under no address.
all_others as (
    select class, oid, definition, class as its_class, oid as its_oid from other
    union all select 'pg_catalog.pg_class'::regclass, class.oid,
        concat_ws(' ', 'of', nullif(reloftype, 0)::regtype, method.amname, space.spcname), 0, 0
    from pg_catalog.pg_class class
    left join pg_catalog.pg_am method on method.oid = relam
    left join pg_catalog.pg_tablespace space on space.oid = reltablespace
    where relkind in ('r', 'p', 'm', 'i', 'I') and relnamespace <> 'pg_toast'::regnamespace
        and (reloftype <> 0 or reltablespace <> 0 or (relkind in ('r', 'm') and method.amname <> 'heap'))
)
select its_class, its_oid, 0, 0, 0, 0, object.type || ' ' || object.identity, '',
    object.type || ' ' || object.identity, other.definition
from all_others other
cross join lateral pg_identify_object(other.class, other.oid, 0) object
where other.oid >= 16384
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = other.class and member.objid = other.oid and member.deptype in ('e', 'i'))
order by other.class, other.oid
