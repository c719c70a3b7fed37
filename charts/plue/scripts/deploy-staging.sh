#!/usr/bin/env bash
# Builds, pushes and deploys the current commit to your own staging namespace.
#
# Usage: scripts/deploy-staging.sh
# Environment:
#   STAGING_NAMESPACE  namespace to deploy to                  (default: $USER)
#   HELM               package manager, `helm` or `skeg`       (default: helm)
#   IMAGE_REPOSITORY   registry and project of the images      (default: gcr.io/plue-production)
#   SOURCE_DIR         directory with api/, web/ and runner/   (default: the repository's top level)
#   ROLLOUT_TIMEOUT    how long to wait for the new pods       (default: 5m)
set -euo pipefail

HELM="${HELM:-helm}"
IMAGE_REPOSITORY="${IMAGE_REPOSITORY:-gcr.io/plue-production}"
ROLLOUT_TIMEOUT="${ROLLOUT_TIMEOUT:-5m}"
NAMESPACE="${STAGING_NAMESPACE:-${USER:-}}"

# A namespace is a DNS label; a login name need not be one.
if [[ ! "$NAMESPACE" =~ ^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$ ]]; then
  echo "ERROR: \"$NAMESPACE\" is not a valid namespace name; set STAGING_NAMESPACE (lower-case letters, digits, '-')." >&2
  exit 64
fi

case "$NAMESPACE" in
  production | default | kube-*)
    echo "ERROR: refusing to deploy staging to namespace \"$NAMESPACE\"; set STAGING_NAMESPACE to your own." >&2
    exit 64
    ;;
esac

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
sha="$(git rev-parse --short HEAD)"
source_dir="${SOURCE_DIR:-$(git rev-parse --show-toplevel)}"

for component in api web runner; do
  image="$IMAGE_REPOSITORY/$component:$sha"
  docker build --tag "$image" "$source_dir/$component"
  docker push "$image"
done

if ! kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; then
  kubectl create namespace "$NAMESPACE"
fi

cd "$here/../infra/helm"
"$HELM" upgrade --install plue ./plue \
  --namespace "$NAMESPACE" \
  --values plue/values-staging.yaml \
  --set image.tag="$sha"

for deployment in plue-api plue-web; do
  kubectl --namespace "$NAMESPACE" rollout status "deployment/$deployment" --timeout "$ROLLOUT_TIMEOUT"
done

echo "Plue $sha runs in namespace $NAMESPACE: https://$NAMESPACE.staging.plue.dev"
