//! Walking through JSON with everything that is wrong noted down by its place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Members that say nothing of where, what or how much, wherever they stand.
const IGNORED: [&str; 12] = [
    "version",
    "versionTime",
    "className",
    "type",
    "layer",
    "description",
    "rateType",
    "rateResponsibleParty",
    "hierarchyElementRecord",
    "publicationTime",
    "publisher",
    "periodName",
];

/// What is wrong, so far.
#[derive(Debug, Default)]
pub(super) struct Flaws(Vec<String>);

impl Flaws {
    pub(super) fn add(&mut self, path: &str, reason: &str) {
        self.0.push(format!("{path}: {reason}"));
    }

    pub(super) fn into_inner(self) -> Vec<String> {
        self.0
    }
}

/// An object, of which every member has to be read by somebody.
pub(super) struct Object<'v> {
    path: String,
    members: &'v Map<String, Value>,
    read: BTreeSet<&'v str>,
}

impl<'v> Object<'v> {
    /// The object at a place.
    pub(super) fn of(value: &'v Value, path: &str, flaws: &mut Flaws) -> Option<Self> {
        let members = value.as_object();
        if members.is_none() {
            flaws.add(path, "has to be an object");
        }
        Some(Self {
            path: path.to_owned(),
            members: members?,
            read: BTreeSet::new(),
        })
    }

    /// The place of a member.
    pub(super) fn at(&self, name: &str) -> String {
        match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.path),
        }
    }

    /// A member. One that is null is not there.
    pub(super) fn get(&mut self, name: &str) -> Option<&'v Value> {
        let (name, value) = self.members.get_key_value(name)?;
        self.read.insert(name);
        Some(value).filter(|value| !value.is_null())
    }

    /// A member that has to be there.
    pub(super) fn required(&mut self, name: &str, flaws: &mut Flaws) -> Option<&'v Value> {
        let value = self.get(name);
        if value.is_none() {
            flaws.add(&self.at(name), "is missing");
        }
        value
    }

    /// A member that is a text.
    pub(super) fn text(&mut self, name: &str, flaws: &mut Flaws) -> Option<&'v str> {
        let value = self.get(name)?;
        let text = value.as_str();
        if text.is_none() {
            flaws.add(&self.at(name), "has to be a text");
        }
        text
    }

    /// A member that is true or false.
    pub(super) fn flag(&mut self, name: &str, flaws: &mut Flaws) -> Option<bool> {
        let value = self.get(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            flaws.add(&self.at(name), "has to be true or false");
        }
        flag
    }

    /// The items of a member that is a list, each with its place; none, if it is not there.
    pub(super) fn list(&mut self, name: &str, flaws: &mut Flaws) -> Vec<(String, &'v Value)> {
        let path = self.at(name);
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            flaws.add(&path, "has to be a list");
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| (format!("{path}[{index}]"), item))
            .collect()
    }

    /// A member that is an object.
    pub(super) fn object(&mut self, name: &str, flaws: &mut Flaws) -> Option<Object<'v>> {
        let path = self.at(name);
        let value = self.get(name)?;
        Object::of(value, &path, flaws)
    }

    /// Refuses a member that there is no way to keep.
    pub(super) fn refuse(&mut self, name: &str, reason: &str, flaws: &mut Flaws) {
        if self.get(name).is_some() {
            flaws.add(&self.at(name), reason);
        }
    }

    /// Refuses what nobody read.
    pub(super) fn finish(self, flaws: &mut Flaws) {
        for name in self.members.keys() {
            if !self.read.contains(name.as_str()) && !IGNORED.contains(&name.as_str()) {
                flaws.add(&self.at(name), "is not among what is read");
            }
        }
    }
}
