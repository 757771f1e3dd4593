# To be sourced: steps whose last line is `N passed, N failed`, and their sum.

passed=0
failed=0

# counted NAME COMMAND…: run it and add what it counted. A step without such a line, or one that fails
# without a failed test, is one failure itself.
counted() {
    local name=$1 began=$SECONDS log code line
    shift
    log=$(mktemp)
    echo "== $name"
    "$@" 2>&1 </dev/null | tee "$log"
    code=${PIPESTATUS[0]}
    echo "-- $name: $((SECONDS - began)) s"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    rm -f "$log"
    if [[ ! $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        echo "$name: ended without a result (exit code $code)"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    if [ "$code" != 0 ] && [ "${BASH_REMATCH[2]}" = 0 ]; then
        echo "$name: exit code $code"
        failed=$((failed + 1))
    fi
}

# The last line, and whether all is well.
counted_sum() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
