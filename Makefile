# Chores of the shipped charts; the work is in `cargo xtask charts`.
.PHONY: charts-vendor charts-docs charts-raw charts-check

charts-vendor: ## packs the dependencies of every chart into it; after charts-docs, as READMEs are in the archives
	cargo xtask charts vendor

charts-docs: ## writes the values tables of the charts' READMEs
	cargo xtask charts docs

charts-raw: ## writes the manifests that are made from charts
	cargo xtask charts raw

charts-check: ## unit tests, strict lint, schemas of every promised Kubernetes, generated files, the harness
	cargo xtask charts check
