-- name: customers_by_name :many
SELECT id, name FROM customer ORDER BY name;
