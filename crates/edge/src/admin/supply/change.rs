//! `POST /admin/v1/{environment}/operators`, `PATCH /admin/v1/{environment}/operators/{operator_id}`

use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{
    OperatorId,
    operator::{Operator, OperatorCommand, OperatorDeclaration},
};
use engine::{Answer, Claim, OperatorChange, OperatorProblem};
use serde_json::{Map, Value};

use super::view::OperatorView;
use crate::{
    admin::{
        admin_key::Admin,
        once::{self, Asked},
        permit::{EngineAdmin, OperatorAdmin},
        problem::Problem,
    },
    marketplace::{OperatorDocument, document_of, operator_declaration},
};

/// What a file says of an operator and other calls do here.
const ELSEWHERE: [&str; 6] = [
    "stripe_account",
    "links",
    "catalog",
    "locations",
    "service_alerts",
    "fare_free",
];

/// Registers an operator, in the marketplace file's form of one without account and links.
pub(super) async fn create(admin: EngineAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = register(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn register(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let form: Map<String, Value> = asked.read()?;
    let declaration = declared(form).map_err(OperatorProblem::Flawed)?;
    let id = declaration.operator.clone();
    let change = |known: Option<&Operator>, at: DateTime<Utc>| match known {
        Some(_) => Err(OperatorProblem::Exists),
        None => Ok(declare(declaration.clone(), at)),
    };
    apply(admin, &id, &change, claim).await
}

/// Changes what is given and leaves the rest (RFC 7396: what is null is taken away).
pub(super) async fn patch(admin: OperatorAdmin, asked: Asked) -> Response {
    let claim = asked.claim(&admin);
    let outcome = adjust(&admin, &asked, claim.as_ref()).await;
    once::settle(&admin, claim.as_ref(), outcome).await
}

async fn adjust(admin: &Admin, asked: &Asked, claim: Option<&Claim>) -> Result<Answer, Problem> {
    let wanted: Map<String, Value> = asked.read()?;
    if wanted.contains_key("id") {
        return Err(Problem::unprocessable("The id of an operator does not change."));
    }
    let change = |known: Option<&Operator>, at: DateTime<Utc>| {
        let known = known.ok_or(domain::operator::OperatorRejection::NotRegistered)?;
        let form = serde_json::to_value(document_of(known)).unwrap_or_default();
        let Value::Object(form) = merged(form, &Value::Object(wanted.clone())) else {
            return Err(OperatorProblem::Flawed(vec!["it is no object".to_owned()]));
        };
        let declaration = declared(form).map_err(OperatorProblem::Flawed)?;
        Ok(declare(declaration, at))
    };
    apply(admin, &admin.operator()?, &change, claim).await
}

async fn apply(
    admin: &Admin,
    operator: &OperatorId,
    change: OperatorChange<'_>,
    claim: Option<&Claim>,
) -> Result<Answer, Problem> {
    let now = admin.engine.host().now();
    let render = |operator: &Operator| once::success(&OperatorView::of(&admin.engine, operator, now));
    let context = admin.context.correlated(operator.as_str());
    let changed = admin
        .engine
        .change_operator(&context, operator, change, claim, &render)
        .await;
    Ok(changed?)
}

fn declare(declaration: OperatorDeclaration, at: DateTime<Utc>) -> OperatorCommand {
    OperatorCommand::Declare {
        declaration: Box::new(declaration),
        at,
    }
}

/// What the form declares, with everything that is wrong with it.
fn declared(form: Map<String, Value>) -> Result<OperatorDeclaration, Vec<String>> {
    let mut flaws: Vec<String> = ELSEWHERE
        .iter()
        .filter(|name| form.contains_key(**name))
        .map(|name| format!("{name}: has a call of its own"))
        .collect();
    let document = serde_json::from_value::<OperatorDocument>(Value::Object(form));
    let declared = document
        .map_err(|error| error.to_string())
        .and_then(|document| operator_declaration(&document));
    match declared {
        Ok(declared) if flaws.is_empty() => Ok(declared),
        declared => {
            flaws.extend(declared.err());
            Err(flaws)
        }
    }
}

/// RFC 7396, "JSON Merge Patch".
fn merged(target: Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut members = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (name, change) in changes {
        match change {
            Value::Null => {
                members.remove(name);
            }
            change => {
                let before = members.remove(name).unwrap_or_default();
                members.insert(name.clone(), merged(before, change));
            }
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_changes_what_it_names_and_takes_away_what_is_null() {
        let target = json!({ "a": { "b": 1, "c": 2 }, "d": [1], "e": "x" });
        let patch = json!({ "a": { "b": null, "f": {} }, "d": [2], "g": { "h": null } });
        assert_eq!(
            merged(target, &patch),
            json!({ "a": { "c": 2, "f": {} }, "d": [2], "e": "x", "g": {} })
        );
    }

    #[test]
    fn what_has_a_call_of_its_own_is_refused_with_every_other_flaw() {
        let form =
            json!({ "id": "bus", "kind": "boat", "name": "Bus", "timezone": "Europe/Warsaw", "links": [] });
        let Value::Object(form) = form else { unreachable!() };
        let flaws = declared(form).unwrap_err();
        assert_eq!(flaws.len(), 2, "{flaws:?}");
    }
}
