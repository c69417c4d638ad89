//! Definitions as JSON Schema (draft 2020-12), for editors: what they can check while somebody writes.
//!
//! It knows the shape only. What rules mean for each other is the checker's business, so a document that fits the schema may
//! still have problems; one that does not fit has some.

use json::{Map, Value, json};

use super::{Definition, Form, Key, Kind, Need};

impl Definition {
    /// The schema of a document whose root is this definition.
    #[must_use]
    pub fn to_schema(&'static self, title: &str) -> Value {
        let tables = self.within();
        let inner: Map =
            tables.iter().skip(1).map(|table| (table.name.to_owned(), Value::Object(table.to_object()))).collect();
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!(title));
        schema.extend(self.to_object());
        schema.insert("$defs".to_owned(), Value::Object(inner));
        Value::Object(schema)
    }

    fn to_object(&self) -> Map {
        let keys: Map = self.all().map(|key| (key.name.to_owned(), key.to_schema())).collect();
        let required: Vec<&str> = self.all().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("object"));
        object.insert("properties".to_owned(), Value::Object(keys));
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        object.insert("additionalProperties".to_owned(), self.names.map_or(Value::Bool(false), Key::to_schema));
        object
    }
}

impl Key {
    /// What may stand at the key, with what it means.
    #[must_use]
    pub fn to_schema(&self) -> Value {
        let mut schema = self.form.to_schema();
        // Beside a `$ref`, draft 2020-12 reads other keywords too.
        schema["description"] = json!(self.doc);
        if let Need::Default(meant) = self.need {
            schema["$comment"] = json!(format!("without it: {meant}"));
        }
        if !self.example.is_empty() {
            schema["markdownDescription"] = json!(format!("{}\n\n`{} = {}`", self.doc, self.name, self.example));
        }
        schema
    }
}

impl Form {
    /// The schema of a value of this form: an object.
    fn to_schema(self) -> Value {
        match self {
            Form::Text(kind) => kind.to_schema(),
            Form::Words(words) => json!({"enum": words}),
            Form::Flag => json!({"type": "boolean"}),
            Form::Number(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Form::Scalar => json!({"type": ["string", "number", "boolean"]}),
            Form::Json => json!({}),
            Form::Table(table) => json!({"$ref": format!("#/$defs/{}", table.name)}),
            Form::Tables(table) => json!({"type": "array", "items": Form::Table(table).to_schema()}),
            Form::Template => json!({"type": ["object", "array"]}),
            Form::List(form) => json!({"type": "array", "items": form.to_schema()}),
            Form::OneOf(forms) => {
                let forms: Vec<Value> = forms.iter().map(|form| form.to_schema()).collect();
                json!({"anyOf": forms})
            }
        }
    }
}

impl Kind {
    fn to_schema(self) -> Value {
        match self {
            Kind::Name => json!({"type": "string", "pattern": "^[a-z0-9-]{1,64}$"}),
            Kind::Secret => json!({"type": "string", "pattern": "^secret:[a-z0-9-]{1,64}$"}),
            _ => json!({"type": "string"}),
        }
    }
}
