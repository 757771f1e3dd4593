-- name: reminder_add :execrows
-- doc: Note that a reminder is sent. 0: it was, or the invoice was paid meanwhile.
INSERT INTO reminder (invoice_id, level, sent_on)
SELECT invoice.id, :level, :today FROM invoice WHERE invoice.id = :id AND invoice.status = 'sent'
ON CONFLICT (organization_id, invoice_id, level) DO NOTHING;
