CREATE OR REPLACE FUNCTION tenantry.stamp_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
    if tg_op <> 'INSERT' and old."userId" is distinct from new."userId" then
        perform tenantry.stamp_renew('person', old."userId");
    end if;
    if tg_op <> 'DELETE' then
        perform tenantry.stamp_renew('person', new."userId");
    end if;
    return null;
end
$function$;
