select function.oid, format('%I.%I', namespace.nspname, function.proname), language.lanname, function.prokind,
    function.prosecdef, function.proleakproof, function.provolatile, function.proowner,
    array_to_string(function.proconfig, chr(31)),
    function.prosrc,
    coalesce((select string_agg(format_type(argument.type, null), chr(31) order by argument.position)
     from unnest(function.proargtypes) with ordinality argument (type, position)), ''),
    coalesce(array_to_string((select array_agg(coalesce(function.proargnames[position], '') order by position)
     -- proargtypes counts from 0, proargnames from 1
     from generate_series(1, cardinality(coalesce(function.proallargtypes, function.proargtypes::oid[]))) position
     where coalesce(function.proargmodes[position], 'i') in ('i', 'b', 'v')), chr(31)), ''),
    format_type(function.prorettype, null), function.pronargdefaults,
    coalesce(to_jsonb(function) ->> 'prosqlbody', '') <> '', namespace.oid, function.proname,
    pg_get_function_identity_arguments(function.oid),
    case when coalesce(to_jsonb(function) ->> 'prosqlbody', '') <> '' then pg_get_functiondef(function.oid) end,
    pg_get_userbyid(function.proowner),
    exists (select from pg_catalog.pg_depend depend
            where depend.classid = 'pg_catalog.pg_proc'::regclass and depend.objid = function.oid
                and depend.deptype = 'e'),
    case when function.prosrc ~* 'set_config' then pg_get_functiondef(function.oid) end
from pg_catalog.pg_proc function
join pg_catalog.pg_namespace namespace on namespace.oid = function.pronamespace
join pg_catalog.pg_language language on language.oid = function.prolang
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema' and function.prokind in ('f', 'p')
order by function.oid
