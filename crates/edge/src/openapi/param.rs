//! Parameters, wherever they travel: in the path, the query, a form or JSON.

use serde_json::{Value, json};

/// One parameter.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) required: bool,
    pub(super) schema: Value,
}

impl Param {
    fn new(name: &'static str, description: &'static str, schema: Value) -> Self {
        Self {
            name,
            description,
            required: false,
            schema,
        }
    }

    pub(super) fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, description, json!({ "type": "string" }))
    }

    pub(super) fn flag(name: &'static str, default: bool, description: &'static str) -> Self {
        Self::new(
            name,
            description,
            json!({ "type": "boolean", "default": default }),
        )
    }

    pub(super) fn moment(name: &'static str, description: &'static str) -> Self {
        Self::new(
            name,
            description,
            json!({ "type": "string", "format": "date-time" }),
        )
    }

    pub(super) fn number(name: &'static str, most: i32, description: &'static str) -> Self {
        let schema = json!({ "type": "number", "default": 0.0, "minimum": -most, "maximum": most });
        Self::new(name, description, schema)
    }

    /// A number of a type, `number` or `integer`, within bounds.
    pub(super) fn between(
        name: &'static str,
        kind: &str,
        (least, most): (i32, i32),
        description: &'static str,
    ) -> Self {
        let schema = json!({ "type": kind, "minimum": least, "maximum": most });
        Self::new(name, description, schema)
    }

    pub(super) fn one_of(name: &'static str, values: &[&str], description: &'static str) -> Self {
        Self::new(name, description, json!({ "type": "string", "enum": values }))
    }

    /// Of a type that has a schema by this name.
    pub(super) fn of(name: &'static str, schema: &str, description: &'static str) -> Self {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        Self::new(name, description, schema)
    }

    /// Fare ids and how many of each: `add_fares[regular_single_ride]=2` in a form.
    pub(super) fn quantities(name: &'static str, description: &'static str) -> Self {
        let schema = json!({ "type": "object", "additionalProperties": { "type": "integer", "minimum": 0 } });
        Self::new(name, description, schema)
    }

    /// Such as this, in the marketplace of the demo.
    pub(super) fn like(mut self, example: &str) -> Self {
        if let Some(members) = self.schema.as_object_mut() {
            members.insert("examples".to_owned(), json!([example]));
        }
        self
    }

    pub(super) fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// As a parameter object.
    pub(super) fn placed(&self, place: &str) -> Value {
        json!({
            "name": self.name,
            "in": place,
            "required": self.required,
            "description": self.description,
            "schema": self.schema,
        })
    }

    /// As a member of a body.
    pub(super) fn member(&self) -> Value {
        let mut schema = self.schema.clone();
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), json!(self.description));
        }
        schema
    }
}

/// `ticket_format`, of which lists have no default.
pub(super) fn ticket_format() -> Param {
    Param::of(
        "ticket_format",
        "TicketFormat",
        "How display_html is wanted; none leaves it out.",
    )
}

/// What a list of passes shows.
pub(super) fn shown() -> [Param; 4] {
    [
        ticket_format().required(),
        Param::flag(
            "include_fare_options",
            false,
            "Fare options of each pass, and fare_options.",
        ),
        Param::flag("include_fare_price", true, "The price at the time of purchase."),
        Param::flag("omit_unusable_passes", true, "Only passes that might be usable."),
    ]
}
