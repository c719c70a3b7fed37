output "release" {
  description = "Name of the installed release."
  value       = helm_release.monkeytown.name
}

output "revision" {
  description = "Revision that is deployed."
  value       = helm_release.monkeytown.metadata.revision
}

output "web_service" {
  description = "Service of the web front end."
  value       = "monkeytown-${var.environment}-web.${var.namespace}.svc"
}
