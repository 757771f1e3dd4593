INSERT INTO organization VALUES ('acme', 'Acme'), ('zulu', 'Zulu');
INSERT INTO rate VALUES ('EUR', 1), ('USD', 1.1);
INSERT INTO customer
SELECT o, n, 'Customer ' || n, CASE WHEN n > 2 THEN n - (CASE o WHEN 'acme' THEN 1 ELSE 2 END) END
FROM unnest(ARRAY['acme', 'zulu']) o, generate_series(1, 6) n;
INSERT INTO customer VALUES ('acme', 7, 'Only Acme', NULL), ('zulu', 8, 'Only Zulu', NULL);
INSERT INTO invoice
SELECT o, n, 'INV-' || n, 1 + n % (CASE o WHEN 'acme' THEN 3 ELSE 5 END),
    (ARRAY['open', 'paid', 'void'])[1 + n % (CASE o WHEN 'acme' THEN 3 ELSE 2 END)]::state,
    n * (CASE o WHEN 'acme' THEN 10 ELSE 7 END)
FROM unnest(ARRAY['acme', 'zulu']) o, generate_series(1, 12) n;
