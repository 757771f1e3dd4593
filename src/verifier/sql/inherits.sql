select inherits.inhrelid, inherits.inhparent
from pg_catalog.pg_inherits inherits
join pg_catalog.pg_class class on class.oid = inherits.inhrelid
where class.relkind in ('r', 'p', 'f')
order by inherits.inhrelid, inherits.inhseqno
