-- name: mode :some
SELECT 1;

-- name: two_columns :one
SELECT number, number FROM invoice WHERE id = :id;

-- name: unnamed :one
SELECT 1 + 1;

-- name: syntax :one
SELECT number FROM
  invoice WHERE ;

-- name: type_error :one
SELECT number FROM invoice
 WHERE numbr = :number;

-- name: org_parameter :one
SELECT number FROM invoice WHERE organization_id = :organization;

-- name: forgotten :many
SELECT number
  FROM invoice, forgotten;

-- name: function :one
SELECT 1 AS one, peek() AS p;

-- name: operator :one
SELECT 1 OPERATOR(public.<~>) 2 AS p;

-- name: composite :one
SELECT ROW(1, 2)::pair AS p;

-- name: rows_of_exec :exec
SELECT number FROM invoice;

-- name: no_rows :one
DELETE FROM invoice;

-- name: positional :one
SELECT number FROM invoice WHERE id = $1;

-- name: identity :one
-- scope: identity
SELECT number FROM invoice;

-- name: other_type_here :one
SELECT number FROM invoice WHERE id = :id;

-- name: other_type :one
SELECT number FROM invoice WHERE total = :id;

-- name: two_columns :one
SELECT 1 AS a;
