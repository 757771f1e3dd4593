-- People and organizations that were there before the triggers of the migration before this one. Those who are being deleted
-- meanwhile are waited for, and get none.

insert into tenantry.security_stamp (kind, id)
select 'person', id from public."user" for key share
on conflict do nothing;

insert into tenantry.security_stamp (kind, id)
select 'organization', id from public.organization for key share
on conflict do nothing;
