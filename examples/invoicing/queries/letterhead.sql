-- name: letterhead_find :maybe
SELECT legal_name, address, tax_number, bank_account, payment_days FROM letterhead;

-- name: letterhead_save :exec
INSERT INTO letterhead (legal_name, address, tax_number, bank_account, payment_days)
VALUES (:legal_name, :address, :tax_number, :bank_account, :payment_days)
ON CONFLICT (organization_id) DO UPDATE SET legal_name = excluded.legal_name, address = excluded.address,
    tax_number = excluded.tax_number, bank_account = excluded.bank_account, payment_days = excluded.payment_days;
