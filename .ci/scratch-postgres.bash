# To be sourced: a PostgreSQL of its own for one script, on a unix socket, gone when the script ends.

scratch_folder=

# PostgreSQL refuses to run as root.
as_database_user() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Start it, with further options if any, and point libpq's variables at it, as its superuser.
scratch_postgres_start() {
    local programs
    programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    scratch_folder=$(mktemp -d)
    chmod 755 "$scratch_folder"
    [ "$(id -u)" != 0 ] || chown postgres "$scratch_folder"
    as_database_user "$programs/initdb" -D "$scratch_folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
        >"$scratch_folder/log" 2>&1 || return 1
    as_database_user "$programs/pg_ctl" -D "$scratch_folder/data" -w -l "$scratch_folder/data/log" \
        -o "-c listen_addresses= -c unix_socket_directories=$scratch_folder -c fsync=off ${1:-}" start >/dev/null || return 1
    export PGHOST=$scratch_folder PGUSER=postgres PGDATABASE=postgres PGPORT=5432
}

scratch_postgres_stop() {
    [ -n "$scratch_folder" ] || return 0
    as_database_user "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)/pg_ctl" \
        -D "$scratch_folder/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$scratch_folder"
}
