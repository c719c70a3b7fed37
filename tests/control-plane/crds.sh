#!/usr/bin/env bash
# Custom resource definitions on a real API server: installed by Helm, compared and upgraded by skeg, safely and not.
#
#   eval "$(cargo xtask control-plane env)"
#   tests/control-plane/crds.sh target/debug/skeg /path/to/helm
#
# Needs kubectl. Ends at the first expectation that does not hold, and says which.
set -euo pipefail

skeg=$(realpath "$1")
helm=$(realpath "$2")
work=$(mktemp -d)
trap 'kubectl delete crd gadgets.shop.example.com --ignore-not-found >/dev/null; rm -rf "$work"' EXIT
export HOME=$work/home
mkdir -p "$HOME" "$work/chart/crds" "$work/chart/templates"
cd "$work"

fail() { echo "FAIL: $1"; shift; [ $# = 0 ] || printf '%s\n' "$@"; exit 1; }
# says WHAT PATTERN COMMAND...: the command succeeds and its output matches.
says() {
	local what=$1 pattern=$2 answer; shift 2
	answer=$("$@" 2>&1) || fail "$what: status $?" "$answer"
	grep -qE -- "$pattern" <<<"$answer" || fail "$what: no $pattern in" "$answer"
	echo "ok: $what"
}
# refuses WHAT PATTERN COMMAND...: the command fails, its output matches, and the definition is as before.
refuses() {
	local what=$1 pattern=$2 answer before; shift 2
	before=$(kubectl get crd gadgets.shop.example.com -o jsonpath='{.metadata.resourceVersion}')
	if answer=$("$@" 2>&1); then fail "$what: succeeded" "$answer"; fi
	grep -qE -- "$pattern" <<<"$answer" || fail "$what: no $pattern in" "$answer"
	[ "$before" = "$(kubectl get crd gadgets.shop.example.com -o jsonpath='{.metadata.resourceVersion}')" ] ||
		fail "$what: something was changed"
	echo "ok: $what"
}

# version NAME SERVED STORAGE PROPERTIES: an entry of spec.versions.
version() {
	cat <<-END
	  - name: $1
	    served: $2
	    storage: $3
	    schema:
	      openAPIV3Schema:
	        type: object
	        properties:
	          spec:
	            type: object
	            properties: {$4}
	END
}
# chart VERSION...: the chart brings these versions.
chart() {
	printf 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' >chart/Chart.yaml
	{
		cat <<-END
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata:
		  name: gadgets.shop.example.com
		spec:
		  group: shop.example.com
		  scope: Namespaced
		  names: {kind: Gadget, plural: gadgets, shortNames: [gd]}
		  versions:
		END
		printf '%s\n' "$@"
	} >chart/crds/gadgets.yaml
}
size='size: {type: integer}'
color='color: {type: string}'

chart "$(version v1 true true "$size, $color")"
says "the chart's definition is new" 'gadgets.shop.example.com.*new' "$skeg" crds list ./chart
says "Helm installs it" 'STATUS: deployed' "$helm" install shop ./chart
for number in 1 2 3; do
	kubectl apply -f - >/dev/null <<-END
	{apiVersion: shop.example.com/v1, kind: Gadget, metadata: {name: g$number}, spec: {size: $number, color: red}}
	END
done
says "nothing differs, and objects are counted" 'v1\(storage\).*yes.*helm.*3 +.*none' "$skeg" crds list ./chart
says "the release is listed too" 'gadgets.shop.example.com' "$skeg" crds list shop
[ -z "$("$skeg" crds diff ./chart)" ] || fail "a diff without a difference"
says "nothing to upgrade" 'unchanged' "$skeg" crds upgrade ./chart

chart "$(version v1 true true "$size, $color, weight: {type: number}")"
says "a safe change is shown" 'safe: spec.versions\[v1\].schema.spec.weight: new optional field' "$skeg" crds diff ./chart
says "a dry run changes nothing" 'updated \(dry run\)' "$skeg" crds upgrade ./chart --dry-run
says "it is still to be done" '1 safe' "$skeg" crds list ./chart
says "a reader may look" '1 safe' env KUBECONFIG="$SKEG_TEST_KUBECONFIG_READER" "$skeg" crds list ./chart
refuses "a reader may not change" 'cannot patch resource "customresourcedefinitions"' \
	env KUBECONFIG="$SKEG_TEST_KUBECONFIG_READER" "$skeg" crds upgrade ./chart
says "a safe change is applied" 'updated' "$skeg" crds upgrade ./chart
says "nothing is left to do" 'none' "$skeg" crds list ./chart
says "Helm goes on with it" 'STATUS: deployed' "$helm" install shop2 ./chart

chart "$(version v1 true true "$size, weight: {type: number}")"
refuses "a field that goes" '--allow gadgets.shop.example.com=loses-data' "$skeg" crds upgrade ./chart
chart "$(version v1 true true "size: {type: string}, $color, weight: {type: number}")"
refuses "another type" 'type integer -> string' "$skeg" crds upgrade ./chart --allow needs-migration
chart "$(version v1 true true "size: {type: integer, default: x}, $color, weight: {type: number}")"
refuses "what the API server would refuse" 'the API server refuses' "$skeg" crds upgrade ./chart --allow needs-migration
chart "$(version v1 true true "$size, $color, weight: {type: number}")"
sed -i 's/scope: Namespaced/scope: Cluster/' chart/crds/gadgets.yaml
refuses "another scope, even when allowed" 'spec.scope: Namespaced -> Cluster' "$skeg" crds upgrade ./chart --allow loses-data

same="$size, $color, weight: {type: number}"
chart "$(version v1 true false "$same")" "$(version v2 true true "$same")"
refuses "another storage version" 'storage version v1 -> v2' "$skeg" crds upgrade ./chart
says "objects are written again" '3 rewritten, v1 dropped' "$skeg" crds upgrade ./chart --migrate-storage
[ "$(kubectl get crd gadgets.shop.example.com -o jsonpath='{.status.storedVersions}')" = '["v2"]' ] || fail "stored versions"

chart "$(version v2 true true "$same")"
refuses "clients may use the old version" 'version removed' "$skeg" crds upgrade ./chart
says "the old version goes" 'updated' "$skeg" crds upgrade ./chart --allow needs-migration
[ "$(kubectl get gadgets -o jsonpath='{.items[*].spec.size}')" = '1 2 3' ] || fail "objects were lost"

chart "$(version v3 true true "$same")"
refuses "two steps at once" 'version removed' "$skeg" crds upgrade ./chart --allow loses-data
says "two steps at once, by a definition with both" '3 rewritten, v2 dropped' "$skeg" crds upgrade ./chart --migrate-storage
[ "$(kubectl get crd gadgets.shop.example.com -o jsonpath='{.spec.versions[*].name}{.status.storedVersions}')" = 'v3["v3"]' ] ||
	fail "two steps at once"
[ "$(kubectl get gadgets -o jsonpath='{.items[*].spec.color}')" = 'red red red' ] || fail "objects were lost"

kubectl delete crd gadgets.shop.example.com >/dev/null
kubectl create -f chart/crds/gadgets.yaml >/dev/null
chart "$(version v3 true true "$same, tag: {type: string}")"
refuses "what kubectl wrote is kubectl's" 'belongs to kubectl-create' "$skeg" crds upgrade ./chart
says "it can be taken over" 'updated' "$skeg" crds upgrade ./chart --force-conflicts
says "as JSON" '"action":"unchanged"' "$skeg" crds upgrade ./chart -o json
"$helm" uninstall shop >/dev/null 2>&1 || true
"$helm" uninstall shop2 >/dev/null 2>&1 || true
echo "all as expected"
