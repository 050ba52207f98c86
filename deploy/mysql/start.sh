#!/usr/bin/env bash
# Start MySQL, but not with a password that would break the addresses that it becomes a part of.
set -euo pipefail

case "${MYSQL_PASSWORD:-}" in
    "" | *[!A-Za-z0-9._~-]*)
        echo "MYSQL_PASSWORD may hold only letters, digits and . _ ~ - because it becomes a part of an address: change it in .env." >&2
        exit 1
        ;;
esac
exec docker-entrypoint.sh "$@"
