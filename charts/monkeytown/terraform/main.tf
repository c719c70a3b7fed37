# Installs the chart beside this folder, with the values file of the environment. Secrets are not made here, so that none ends
# in Terraform's state: prod expects monkeytown-prod-secrets and monkeytown-prod-redis in the namespace.

provider "helm" {
  kubernetes = {
    config_path = pathexpand(var.kubeconfig)
  }
}

locals {
  chart = "${path.module}/../helm/monkeytown"

  image_tag = var.image_tag == null ? {} : {
    web         = { image = { tag = var.image_tag } }
    eventStream = { image = { tag = var.image_tag } }
  }
}

resource "helm_release" "monkeytown" {
  name             = "monkeytown-${var.environment}"
  namespace        = var.namespace
  create_namespace = var.create_namespace
  chart            = local.chart

  values = [
    file("${local.chart}/values-${var.environment}.yaml"),
    yamlencode(local.image_tag),
  ]

  wait    = true
  atomic  = true
  timeout = 600
}
