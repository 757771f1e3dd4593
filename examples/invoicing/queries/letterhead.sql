-- name: letterhead_find :maybe
SELECT legal_name, address, tax_number, bank_account FROM letterhead;
