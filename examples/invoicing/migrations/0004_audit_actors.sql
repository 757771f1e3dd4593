-- tenantry: step by step

CREATE INDEX CONCURRENTLY audit_log_by_actor ON public.audit_log USING btree (organization_id, actor_id, happened_at DESC);
