//! One call of an API, and how it is written down.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{body, errors, param::Param};

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Anybody.
    Open,
    /// An app.
    Key,
    /// An app, for a rider or not.
    MaybeRider,
    /// An app for a rider.
    Rider,
    /// An app, as Coord's APIs have it.
    CoordKey,
    /// An app's server.
    CoordServer,
    /// An app for a rider, as Coord's APIs have it.
    Coord,
    /// Whoever runs the marketplace.
    Admin,
}

/// Describes a type, and notes the types it is made of.
pub(super) type Describe = fn(&mut SchemaGenerator) -> Value;

/// A call.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) tag: &'static str,
    id: &'static str,
    summary: &'static str,
    access: Access,
    in_path: Vec<Param>,
    in_query: Vec<Param>,
    in_headers: Vec<Param>,
    params: Vec<Param>,
    body: Option<Describe>,
    /// A form with files, in place of a body.
    form: Option<Describe>,
    answer: Option<(&'static str, Describe)>,
    passes_state: bool,
    may_be_accepted: bool,
    refusals: Vec<u16>,
    other_errors: Option<(&'static str, Describe)>,
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn text_schema(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "string" })
}

impl Call {
    pub(super) fn new(
        tag: &'static str,
        (method, path): (&'static str, &'static str),
        id: &'static str,
        access: Access,
        summary: &'static str,
    ) -> Self {
        let refusals = match access {
            Access::Open => vec![],
            Access::Key => vec![400, 401, 429, 500, 503],
            Access::MaybeRider | Access::Rider | Access::Coord => vec![400, 401, 403, 429, 500, 503],
            Access::CoordKey | Access::CoordServer => vec![401, 429, 500, 503],
            Access::Admin => vec![400, 401, 403, 500, 503],
        };
        Self {
            method,
            path,
            tag,
            id,
            summary,
            access,
            in_path: Vec::new(),
            in_query: Vec::new(),
            in_headers: Vec::new(),
            params: Vec::new(),
            body: None,
            form: None,
            answer: None,
            passes_state: false,
            may_be_accepted: false,
            refusals,
            other_errors: None,
        }
    }

    /// What stands for a name in braces.
    pub(super) fn at(mut self, name: &'static str, description: &'static str) -> Self {
        let param = Param::text(name, description).required();
        self.in_path.push(match name {
            "agency_id" | "operator_id" => param.like("bigbluebus"),
            "fare_id" => param.like("regular_single_ride"),
            "environment" => param.like("test"),
            _ => param,
        });
        self.refused(&[404])
    }

    /// Parameters: in the query of a GET, in the body of a POST.
    pub(super) fn takes(mut self, params: impl IntoIterator<Item = Param>) -> Self {
        if self.method == "get" {
            self.in_query.extend(params);
        } else {
            self.params.extend(params);
        }
        self
    }

    /// Parameters in the query, whatever the method.
    pub(super) fn queried(mut self, param: Param) -> Self {
        self.in_query.push(param);
        self
    }

    /// A body that is an object of its own.
    pub(super) fn reads<T: JsonSchema>(mut self) -> Self {
        self.body = Some(schema_of::<T>);
        self
    }

    /// A form with files: `multipart/form-data`.
    pub(super) fn uploads<T: JsonSchema>(mut self) -> Self {
        self.form = Some(schema_of::<T>);
        self
    }

    pub(super) fn answers<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(("application/json", schema_of::<T>));
        self
    }

    pub(super) fn answers_text(mut self, kind: &'static str) -> Self {
        self.answer = Some((kind, text_schema));
        self
    }

    /// Answers the same with 202 as long as nobody knows how it ends.
    pub(super) fn or_accepted(self) -> Self {
        Self {
            may_be_accepted: true,
            ..self
        }
    }

    /// Statuses beyond those that every such call may have.
    pub(super) fn refused(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self.refusals.sort_unstable();
        self.refusals.dedup();
        self
    }

    /// May be repeated under a key.
    pub(super) fn once(mut self) -> Self {
        let description = "1 to 128 bytes; the same request under the same key is done once.";
        self.in_headers.push(Param::text("Idempotency-Key", description));
        self.refused(&[403, 404, 408, 409, 428])
    }

    /// Answers with the state of the passes.
    pub(super) fn tells_state(mut self) -> Self {
        self.passes_state = true;
        self
    }

    /// Wants to be told the state of the passes.
    pub(super) fn needs_state(mut self) -> Self {
        let description = "The latest value that list, purchase or activate answered.";
        self.in_headers
            .push(Param::text("Token-Transit-Passes-State", description).required());
        self.tells_state().refused(&[412])
    }

    /// Errors of another shape than the ticketing API's.
    pub(super) fn fails_with<T: JsonSchema>(mut self, kind: &'static str) -> Self {
        self.other_errors = Some((kind, schema_of::<T>));
        self
    }

    /// Says in plain words why it cannot serve.
    pub(super) fn says_why(self, status: u16) -> Self {
        self.fails_as("text/plain").refused(&[status])
    }

    /// Errors that are texts of a kind.
    pub(super) fn fails_as(mut self, kind: &'static str) -> Self {
        self.other_errors = Some((kind, text_schema));
        self
    }

    /// The operation object.
    pub(super) fn operation(&self, generator: &mut SchemaGenerator) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": self.parameters(),
            "responses": self.responses(generator),
            "security": self.security(),
        });
        if let (Some(body), Some(members)) = (self.request_body(generator), operation.as_object_mut()) {
            members.insert("requestBody".to_owned(), body);
        }
        operation
    }

    fn parameters(&self) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        if matches!(self.access, Access::Key | Access::MaybeRider | Access::Rider) {
            all.push(json!({ "$ref": "#/components/parameters/Version" }));
            all.push(json!({ "$ref": "#/components/parameters/Language" }));
        }
        all.extend(self.in_headers.iter().map(|param| param.placed("header")));
        all.extend(self.in_path.iter().map(|param| param.placed("path")));
        all.extend(self.in_query.iter().map(|param| param.placed("query")));
        all
    }

    fn request_body(&self, generator: &mut SchemaGenerator) -> Option<Value> {
        if let Some(schema) = self.body {
            return Some(body::object(&schema(generator)));
        }
        if let Some(schema) = self.form {
            let content = json!({ "multipart/form-data": { "schema": schema(generator) } });
            return Some(json!({ "required": true, "content": content }));
        }
        (!self.params.is_empty()).then(|| body::parameters(self.id, &self.params, generator))
    }

    fn responses(&self, generator: &mut SchemaGenerator) -> Map<String, Value> {
        let mut headers = json!({ "x-request-id": { "$ref": "#/components/headers/RequestId" } });
        if let (true, Some(headers)) = (self.passes_state, headers.as_object_mut()) {
            let state = json!({ "$ref": "#/components/headers/PassesState" });
            headers.insert("Token-Transit-Passes-State".to_owned(), state);
        }
        let mut done = json!({ "description": "Done.", "headers": headers });
        if let (Some((kind, schema)), Some(done)) = (self.answer, done.as_object_mut()) {
            let content = json!({ kind: { "schema": schema(generator) } });
            done.insert("content".to_owned(), content);
        }
        let accepted = self.may_be_accepted.then(|| ("202".to_owned(), done.clone()));
        let mut responses = Map::from_iter([("200".to_owned(), done)]);
        responses.extend(accepted);
        for status in &self.refusals {
            let response = match self.other_errors {
                None => errors::reference(*status),
                Some((kind, schema)) => json!({
                    "description": "An error.",
                    "headers": { "x-request-id": { "$ref": "#/components/headers/RequestId" } },
                    "content": { kind: { "schema": schema(generator) } },
                }),
            };
            responses.insert(status.to_string(), response);
        }
        responses
    }

    fn security(&self) -> Value {
        match self.access {
            Access::Open => json!([]),
            Access::Key => json!([{ "api_key": [] }]),
            Access::MaybeRider => json!([
                { "api_key": [] },
                { "api_key": [], "session": [] },
                { "api_key": [], "jwt": [] },
            ]),
            Access::Rider => json!([{ "api_key": [], "session": [] }, { "api_key": [], "jwt": [] }]),
            Access::CoordKey => json!([{ "access_key": [] }]),
            Access::CoordServer => json!([{ "access_key": [], "server_token": [] }]),
            Access::Coord => json!([{ "access_key": [], "jwt": [] }]),
            Access::Admin => json!([{ "admin_key": [] }]),
        }
    }
}
