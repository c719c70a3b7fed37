variable "environment" {
  description = "Which environment to install: dev, staging or prod."
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment must be dev, staging or prod."
  }
}

variable "namespace" {
  description = "Namespace of the release. The environments may share one."
  type        = string
  default     = "monkeytown"
}

variable "create_namespace" {
  description = "Make the namespace when it does not exist."
  type        = bool
  default     = true
}

variable "kubeconfig" {
  description = "Path of the kubeconfig file."
  type        = string
  default     = "~/.kube/config"
}

variable "image_tag" {
  description = "Tag of both images; null keeps the profile's."
  type        = string
  default     = null
}
