//! Keywords for objects.

use skeg_value::Str;

use super::super::compiled::{Additional, Dependency};
use super::super::draft::Draft;
use super::super::failure::{Failure, Kind, quoted, quoted_list};
use super::super::node::{Node, member};
use super::super::number::count;
use super::{Check, Validator};

type Members = [(Str, Node)];

impl Validator<'_> {
    pub(super) fn object(&mut self, check: &mut Check<'_>, members: &Members) {
        let schema = check.schema;
        let size = members.len() as i64;
        if let Some(want) = schema.min_properties.filter(|&want| size < want) {
            self.fail(check, || {
                format!("minProperties: got {}, want {}", count(size), count(want))
            });
        }
        if let Some(want) = schema.max_properties.filter(|&want| size > want) {
            self.fail(check, || {
                format!("maxProperties: got {}, want {}", count(size), count(want))
            });
        }
        let missing = missing(members, &schema.required);
        if let [only] = &missing[..] {
            self.fail(check, || format!("missing property {}", quoted_list(&[only])));
        } else if !missing.is_empty() {
            self.fail(check, || format!("missing properties {}", quoted_list(&missing)));
        }
        if check.quiet && !check.failures.is_empty() {
            return;
        }
        for (name, dependency) in &schema.dependencies {
            if member(members, name).is_none() {
                continue;
            }
            match dependency {
                Dependency::Names(names) => self.depend(check, members, name, names),
                Dependency::Schema(id) => {
                    let found = self.same(check, *id, "", false);
                    check.failures.extend(found.err());
                }
            }
        }
        if !self.members(check, members) || schema.draft == Draft::Four {
            return;
        }
        self.property_names(check, members);
        if schema.draft == Draft::Six {
            return;
        }
        for (name, id) in &schema.dependent_schemas {
            if member(members, name).is_some() {
                let found = self.same(check, *id, "", false);
                check.failures.extend(found.err());
            }
        }
        for (name, names) in &schema.dependent_required {
            if member(members, name).is_some() {
                self.depend(check, members, name, names);
            }
        }
    }

    /// `properties`, `patternProperties`, `additionalProperties`; false when enough is known.
    fn members(&mut self, check: &mut Check<'_>, members: &Members) -> bool {
        let schema = check.schema;
        let mut not_allowed: Vec<&Str> = Vec::new();
        for (name, value) in members {
            if check.quiet && !check.failures.is_empty() {
                return false;
            }
            let mut is_evaluated = false;
            if let Some(&id) = member(&schema.properties, name) {
                is_evaluated = true;
                let found = self.inside(check, id, value, &name.to_str_lossy());
                check.failures.extend(found.err());
            }
            for named in &schema.pattern_properties {
                if named.matches(name) {
                    is_evaluated = true;
                    let found = self.inside(check, named.schema, value, &name.to_str_lossy());
                    check.failures.extend(found.err());
                }
            }
            match &schema.additional_properties {
                Some(Additional::Allowed(allowed)) if !is_evaluated => {
                    is_evaluated = true;
                    if !allowed {
                        not_allowed.push(name);
                    }
                }
                Some(Additional::Schema(id)) if !is_evaluated => {
                    is_evaluated = true;
                    let found = self.inside(check, *id, value, &name.to_str_lossy());
                    check.failures.extend(found.err());
                }
                _ => {}
            }
            if is_evaluated && !check.unevaluated.properties.is_empty() {
                check.unevaluated.properties.remove(name);
            }
        }
        if !not_allowed.is_empty() {
            self.fail(check, || {
                format!("additional properties {} not allowed", quoted_list(&not_allowed))
            });
        }
        true
    }

    fn property_names(&mut self, check: &mut Check<'_>, members: &Members) {
        let Some(id) = check.schema.property_names else { return };
        for (name, _) in members {
            let (own, meta) = self.dialect(id, check.meta);
            if let Err(causes) = self.alone(own, meta, &Node::String(name.clone())) {
                let kind = Kind::Said(format!("invalid propertyName {}", quoted(&name.to_str_lossy())));
                check.failures.push(Failure {
                    path: self.path.clone(),
                    kind,
                    causes,
                });
            }
        }
    }

    fn depend(&self, check: &mut Check<'_>, members: &Members, name: &Str, names: &[Str]) {
        let missing = missing(members, names);
        if !missing.is_empty() {
            let name = quoted(&name.to_str_lossy());
            self.fail(check, || {
                format!("properties {} required, if {name} exists", quoted_list(&missing))
            });
        }
    }
}

fn missing<'n>(members: &Members, names: &'n [Str]) -> Vec<&'n Str> {
    names.iter().filter(|name| member(members, name).is_none()).collect()
}
