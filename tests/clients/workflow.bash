# For the workflows of clients: read by bash before each of them (BASH_ENV).

# Runs a client and prints its command line, what it said and its exit status.
run() {
    local code=0
    echo "\$ $*"
    "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" || code=$?
    cat "$TMPDIR/out"
    sed 's/^/! /' "$TMPDIR/err"
    echo "= $code"
}

# A git repository with a branch `main`, that is also what a remote `origin` has.
repository() {
    git -c init.defaultBranch=main init --quiet .
    git config user.name judge
    git config user.email judge@skeg.test
    git remote add origin "$PWD"
    commit first
    git fetch --quiet origin
}

commit() {
    git add --all
    git -c commit.gpgsign=false commit --quiet --message "$1" --date 2026-01-01T00:00:00Z
}

# A command whose lines come in any order.
sorted() {
    "$@" | sort
}

# Puts plugins of tests/clients/plugins where Helm looks for them.
plugins() {
    local folder="$HOME/.local/share/helm/plugins"
    mkdir -p "$folder"
    for name in "$@"; do
        cp -r "$SKEG_PLUGINS/$name" "$folder/"
    done
}
