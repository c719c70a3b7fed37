//! Asking whether the user may do all that an operation is going to do, before it does any of it.
//!
//! One question gives the rules of a namespace; what they do not cover is asked about one kind at a time. What the server
//! does not answer is no reason to stop: then the operation itself finds out.
//!
//! # Source
//! Kubernetes, "Authorization Overview", SelfSubjectRulesReview and SelfSubjectAccessReview; "RBAC", referring to resources.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};
use serde::Deserialize;
use serde_json::json;
use skeg_release::HookEvent;
use skeg_release::hook::DeletePolicy;
use skeg_release::plan::{Action, Plan, Step};
use skeg_release::record::Record;

use super::{Context, OperationError, Options};
use crate::apply::live::AT_ONCE;
use crate::client::Client;
use crate::discovery::Resource;
use crate::request::Request;

/// Something that is going to be done to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Deed {
    verb: &'static str,
    group: String,
    plural: String,
    namespace: String,
    name: String,
    source: String,
}

impl Deed {
    fn new(verb: &'static str, resource: &Resource, namespace: &str, name: &str, source: &str) -> Deed {
        let namespace = if resource.namespaced { namespace } else { "" };
        Deed {
            verb,
            group: resource.group.clone(),
            plural: resource.plural.clone(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            source: source.to_owned(),
        }
    }

    /// As the API server refuses it.
    fn refusal(&self, user: &str) -> String {
        let place = match self.namespace.as_str() {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace {namespace:?}"),
        };
        format!(
            "{} {:?} is forbidden: {user} cannot {} resource {:?} in API group {:?} {place}",
            self.plural, self.name, self.verb, self.plural, self.group
        )
    }
}

/// A rule that allows something.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    verbs: Vec<String>,
    api_groups: Vec<String>,
    resources: Vec<String>,
    resource_names: Vec<String>,
}

impl Rule {
    fn covers(&self, verb: &str, group: &str, plural: &str, name: &str) -> bool {
        let has = |list: &[String], word: &str| list.iter().any(|item| item == "*" || item == word);
        let is_named = self.resource_names.is_empty() || self.resource_names.iter().any(|one| one == name);
        is_named && has(&self.verbs, verb) && has(&self.api_groups, group) && has(&self.resources, plural)
    }
}

fn are_covered(rules: &[Rule], deed: &Deed) -> bool {
    // No object has a name before it is created, so a rule with names does not allow it.
    let name = if deed.verb == "create" { "" } else { &deed.name };
    rules
        .iter()
        .any(|rule| rule.covers(deed.verb, &deed.group, &deed.plural, name))
}

impl Context<'_> {
    /// Makes sure that the user may carry out a plan and run the hooks of these events.
    ///
    /// # Errors
    /// `unable to continue with OPERATION: ` and what the API server would say of the first thing that it would refuse; the
    /// others are the story.
    pub(super) async fn check_rights(
        &self,
        operation: &str,
        plan: &Plan,
        is_there: &dyn Fn(&Step) -> bool,
        hooks: (&Record, &[HookEvent]),
        options: &Options,
    ) -> Result<(), OperationError> {
        if self.pretend {
            return Ok(());
        }
        let mut deeds = self.deeds_of_plan(plan, is_there, options);
        if !options.no_hooks {
            let of_hooks = self.deeds_of_hooks(hooks.0, hooks.1);
            deeds.extend(
                of_hooks.map_err(|error| error.map(|text| format!("unable to continue with {operation}: {text}")))?,
            );
        }
        let refused = self.refused(deeds).await;
        let Some(first) = refused.first() else {
            return Ok(());
        };
        let user = user(self.client).await;
        let others: Vec<String> = refused[1..].iter().map(|deed| deed.refusal(&user)).collect();
        Err(OperationError {
            source_file: first.source.clone(),
            ..OperationError::new(format!("unable to continue with {operation}: {}", first.refusal(&user)))
                .with_story(others.join("\n"))
        })
    }

    fn deeds_of_plan(&self, plan: &Plan, is_there: &dyn Fn(&Step) -> bool, options: &Options) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for step in plan.apply.iter().chain(&plan.remove).flatten() {
            let key = step.key();
            let Ok(resource) = self.discovery.resource(&key.api_version, &key.kind) else {
                continue;
            };
            let verbs: &[&'static str] = match step.action {
                Action::Create | Action::Update if options.server_side => match is_there(step) {
                    true => &["patch"],
                    // A patch of what is not there needs the right to create too.
                    false => &["patch", "create"],
                },
                Action::Create if !is_there(step) => &["create"],
                Action::Create | Action::Update if options.force_replace => &["update"],
                Action::Create | Action::Update => &["patch"],
                // What only a failed revision had may well be somebody else's, and is left alone then.
                Action::Delete if !step.leftover => &["delete"],
                Action::Delete | Action::Keep | Action::Ignore => &[],
            };
            let deed = |verb: &&'static str| Deed::new(verb, resource, &key.namespace, &key.name, &step.source);
            deeds.extend(verbs.iter().map(deed));
        }
        deeds
    }

    fn deeds_of_hooks(&self, record: &Record, events: &[HookEvent]) -> Result<Vec<Deed>, OperationError> {
        let mut deeds = Vec::new();
        let names: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
        let is_run = |events: &[String]| events.iter().any(|event| names.contains(&event.as_str()));
        let is_removal = events.contains(&HookEvent::PostDelete);
        for hook in record.hooks.iter().filter(|hook| is_run(&hook.events)) {
            let mut hook = hook.clone();
            hook.settle_policy();
            let mut verbs = vec!["create"];
            if record.is_server_side() {
                verbs.insert(0, "patch");
            }
            if hook.is_deleted(DeletePolicy::BeforeCreation) {
                verbs.push("delete");
            }
            let objects = match self.known_objects(&hook.manifest) {
                Ok(objects) => objects,
                // Such a hook keeps no release from being removed: that it could not be run is told when the rest is gone.
                Err(_) if hook.events.iter().all(|event| event != HookEvent::PreDelete.as_str()) && is_removal => {
                    continue;
                }
                Err(error) => {
                    return Err(OperationError {
                        source_file: hook.path.clone(),
                        ..error.map(|text| format!("unable to build kubernetes object for hook {}: {text}", hook.path))
                    });
                }
            };
            for built in objects {
                let key = built.key();
                let deed =
                    |verb: &&'static str| Deed::new(verb, &built.resource, &key.namespace, &key.name, &hook.path);
                deeds.extend(verbs.iter().map(deed));
            }
        }
        Ok(deeds)
    }

    /// What the server says that it would refuse, one for each verb and kind.
    async fn refused(&self, deeds: Vec<Deed>) -> Vec<Deed> {
        let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
        let mut open: Vec<Deed> = Vec::new();
        let own = self.namespace.to_owned();
        let Some(found) = self::rules(self.client, &own).await else {
            return Vec::new();
        };
        // Who may not even store a record is told that, as by Helm; nothing else has happened then either.
        let is_recorded = |plural: &str| found.iter().any(|rule| rule.covers("create", "", plural, ""));
        if !is_recorded("secrets") && !is_recorded("configmaps") {
            return Vec::new();
        }
        rules.insert(own.clone(), found);
        for deed in deeds {
            let namespace = match deed.namespace.as_str() {
                "" => own.clone(),
                namespace => namespace.to_owned(),
            };
            if !rules.contains_key(&namespace) {
                let found = self::rules(self.client, &namespace).await.unwrap_or_default();
                rules.insert(namespace.clone(), found);
            }
            let is_same = |other: &Deed| {
                (other.verb, &other.group, &other.plural, &other.namespace)
                    == (deed.verb, &deed.group, &deed.plural, &deed.namespace)
            };
            if !are_covered(&rules[&namespace], &deed) && !open.iter().any(is_same) {
                open.push(deed);
            }
        }
        let asked = stream::iter(open.into_iter().map(async |deed| {
            let refused = is_refused(self.client, &deed).await;
            refused.then_some(deed)
        }));
        asked.buffered(AT_ONCE).filter_map(std::future::ready).collect().await
    }
}

/// The rules that the server tells for a namespace; none if it does not answer.
async fn rules(client: &Client, namespace: &str) -> Option<Vec<Rule>> {
    let question = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace}});
    let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews").json(&question);
    let answer = client.send_json(request).await.ok()?;
    serde_json::from_value(answer["status"]["resourceRules"].clone()).ok()
}

async fn is_refused(client: &Client, deed: &Deed) -> bool {
    let mut attributes = json!({"verb": deed.verb, "group": deed.group, "resource": deed.plural,
        "namespace": deed.namespace});
    if deed.verb != "create" {
        attributes["name"] = deed.name.as_str().into();
    }
    let question = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes}});
    let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews").json(&question);
    let answer = client.send_json(request).await;
    answer.is_ok_and(|answer| answer["status"]["allowed"] == false)
}

/// Who the server takes the user for.
async fn user(client: &Client) -> String {
    let question = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let request = Request::post("/apis/authentication.k8s.io/v1/selfsubjectreviews").json(&question);
    let answer = client.send_json(request).await.unwrap_or_default();
    match answer["status"]["userInfo"]["username"].as_str() {
        Some(name) => format!("User {name:?}"),
        None => "this user".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(verb: &'static str, group: &str, plural: &str, namespace: &str) -> Deed {
        Deed {
            verb,
            group: group.to_owned(),
            plural: plural.to_owned(),
            namespace: namespace.to_owned(),
            name: "r".to_owned(),
            source: String::new(),
        }
    }

    /// Kubernetes, "RBAC": groups, resources and verbs may be `*`; names limit a rule, and allow no creation.
    #[test]
    fn rules_cover_what_they_name() {
        let rules: Vec<Rule> = serde_json::from_value(json!([
            {"verbs": ["get", "patch"], "apiGroups": ["", "apps"], "resources": ["services", "deployments/scale"]},
            {"verbs": ["*"], "apiGroups": ["batch"], "resources": ["*"]},
            {"verbs": ["delete", "create"], "apiGroups": ["*"], "resources": ["configmaps"], "resourceNames": ["r"]},
        ]))
        .unwrap();
        let table = [
            (deed("patch", "", "services", "n"), true),
            (deed("create", "", "services", "n"), false),
            (deed("patch", "extensions", "services", "n"), false),
            (deed("patch", "apps", "deployments", "n"), false),
            (deed("create", "batch", "jobs", "n"), true),
            (deed("delete", "", "configmaps", "n"), true),
            (deed("create", "", "configmaps", "n"), false),
        ];
        for (deed, want) in table {
            assert_eq!(are_covered(&rules, &deed), want, "{deed:?}");
        }
    }

    #[test]
    fn a_refusal_is_the_server_s() {
        assert_eq!(
            deed("patch", "", "services", "n").refusal("User \"nobody\""),
            r#"services "r" is forbidden: User "nobody" cannot patch resource "services" in API group "" in the namespace "n""#
        );
        assert_eq!(
            deed("create", "rbac.authorization.k8s.io", "clusterroles", "").refusal("User \"nobody\""),
            r#"clusterroles "r" is forbidden: User "nobody" cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope"#
        );
    }
}
