# `ct list-changed` in a git repository.
repository
run sorted ct list-changed
git switch --quiet --create change
echo '# more' >>charts/web/values.yaml
echo '*.md' >charts/trinkets/.helmignore
commit change
run sorted ct list-changed
run sorted ct list-changed --target-branch main --chart-dirs charts --excluded-charts web
run sorted ct list-changed --since HEAD~1
run ct version
