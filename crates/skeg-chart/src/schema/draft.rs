//! The drafts of JSON Schema: what they are called, where they put subschemas, and their own schemas.

/// A draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
    Year2019,
    Year2020,
}

/// How subschemas stand below a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    /// The keyword's value is a schema.
    Itself,
    /// Each member of its value is one.
    Members,
    /// Each item of its value is one.
    Items,
}

/// The keywords that hold subschemas, with the draft that brought them.
const SUBSCHEMAS: &[(&str, Below, Draft)] = &[
    ("definitions", Below::Members, Draft::Four),
    ("not", Below::Itself, Draft::Four),
    ("allOf", Below::Items, Draft::Four),
    ("anyOf", Below::Items, Draft::Four),
    ("oneOf", Below::Items, Draft::Four),
    ("properties", Below::Members, Draft::Four),
    ("additionalProperties", Below::Itself, Draft::Four),
    ("patternProperties", Below::Members, Draft::Four),
    ("items", Below::Itself, Draft::Four),
    ("items", Below::Items, Draft::Four),
    ("additionalItems", Below::Itself, Draft::Four),
    ("dependencies", Below::Members, Draft::Four),
    ("propertyNames", Below::Itself, Draft::Six),
    ("contains", Below::Itself, Draft::Six),
    ("if", Below::Itself, Draft::Seven),
    ("then", Below::Itself, Draft::Seven),
    ("else", Below::Itself, Draft::Seven),
    ("$defs", Below::Members, Draft::Year2019),
    ("dependentSchemas", Below::Members, Draft::Year2019),
    ("unevaluatedProperties", Below::Itself, Draft::Year2019),
    ("unevaluatedItems", Below::Itself, Draft::Year2019),
    ("contentSchema", Below::Itself, Draft::Year2019),
    ("prefixItems", Below::Items, Draft::Year2020),
];

/// The schemas of the drafts themselves, by the path of their URL.
const DOCUMENTS: &[(&str, &str)] = &[
    ("draft-04/schema", include_str!("metaschemas/draft-04.json")),
    ("draft-06/schema", include_str!("metaschemas/draft-06.json")),
    ("draft-07/schema", include_str!("metaschemas/draft-07.json")),
    ("draft/2019-09/schema", include_str!("metaschemas/2019-09.json")),
    (
        "draft/2019-09/meta/applicator",
        include_str!("metaschemas/2019-09-applicator.json"),
    ),
    (
        "draft/2019-09/meta/content",
        include_str!("metaschemas/2019-09-content.json"),
    ),
    ("draft/2019-09/meta/core", include_str!("metaschemas/2019-09-core.json")),
    (
        "draft/2019-09/meta/format",
        include_str!("metaschemas/2019-09-format.json"),
    ),
    (
        "draft/2019-09/meta/meta-data",
        include_str!("metaschemas/2019-09-meta-data.json"),
    ),
    (
        "draft/2019-09/meta/validation",
        include_str!("metaschemas/2019-09-validation.json"),
    ),
    ("draft/2020-12/schema", include_str!("metaschemas/2020-12.json")),
    (
        "draft/2020-12/meta/applicator",
        include_str!("metaschemas/2020-12-applicator.json"),
    ),
    (
        "draft/2020-12/meta/content",
        include_str!("metaschemas/2020-12-content.json"),
    ),
    ("draft/2020-12/meta/core", include_str!("metaschemas/2020-12-core.json")),
    (
        "draft/2020-12/meta/format-annotation",
        include_str!("metaschemas/2020-12-format-annotation.json"),
    ),
    (
        "draft/2020-12/meta/format-assertion",
        include_str!("metaschemas/2020-12-format-assertion.json"),
    ),
    (
        "draft/2020-12/meta/meta-data",
        include_str!("metaschemas/2020-12-meta-data.json"),
    ),
    (
        "draft/2020-12/meta/unevaluated",
        include_str!("metaschemas/2020-12-unevaluated.json"),
    ),
    (
        "draft/2020-12/meta/validation",
        include_str!("metaschemas/2020-12-validation.json"),
    ),
];

/// The document that is known for a URL at json-schema.org.
pub(super) fn known_document(url: &str) -> Option<&'static str> {
    let path = url
        .strip_prefix("https://json-schema.org/")
        .or_else(|| url.strip_prefix("http://json-schema.org/"))?;
    let path = if path == "schema" { "draft/2020-12/schema" } else { path };
    DOCUMENTS
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, text)| *text)
}

impl Draft {
    /// The draft of a `$schema`, if it is one of the published ones.
    pub(super) fn of_url(url: &str) -> Option<Draft> {
        let (url, fragment) = super::place::split(url);
        if !fragment.is_empty() {
            return None;
        }
        let url = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"))
            .unwrap_or(url);
        match url.strip_prefix("json-schema.org/")? {
            "schema" | "draft/2020-12/schema" => Some(Draft::Year2020),
            "draft/2019-09/schema" => Some(Draft::Year2019),
            "draft-07/schema" => Some(Draft::Seven),
            "draft-06/schema" => Some(Draft::Six),
            "draft-04/schema" => Some(Draft::Four),
            _ => None,
        }
    }

    /// The URL of its schema.
    pub(super) fn url(self) -> &'static str {
        match self {
            Draft::Four => "http://json-schema.org/draft-04/schema",
            Draft::Six => "http://json-schema.org/draft-06/schema",
            Draft::Seven => "http://json-schema.org/draft-07/schema",
            Draft::Year2019 => "https://json-schema.org/draft/2019-09/schema",
            Draft::Year2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The keyword for a schema's own URL.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Draft::Four { "id" } else { "$id" }
    }

    /// Keywords that hold subschemas.
    pub(super) fn subschemas(self) -> impl Iterator<Item = (&'static str, Below)> {
        SUBSCHEMAS
            .iter()
            .filter(move |(.., since)| *since <= self)
            .map(|&(keyword, below, _)| (keyword, below))
    }

    /// The names of the vocabularies that it is made of.
    pub(super) fn vocabularies(self) -> &'static [&'static str] {
        match self {
            Draft::Four | Draft::Six | Draft::Seven => &[],
            Draft::Year2019 => &["core", "applicator", "validation", "meta-data", "format", "content"],
            Draft::Year2020 => &[
                "core",
                "applicator",
                "unevaluated",
                "validation",
                "meta-data",
                "format-annotation",
                "format-assertion",
                "content",
            ],
        }
    }

    /// Those of them that count where a schema names none.
    pub(super) fn default_vocabularies(self) -> &'static [&'static str] {
        match self {
            Draft::Four | Draft::Six | Draft::Seven => &[],
            Draft::Year2019 => &["core", "applicator", "validation"],
            Draft::Year2020 => &["core", "applicator", "unevaluated", "validation"],
        }
    }
}

/// A draft with the vocabularies that a schema of one's own picks from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) draft: Draft,
    /// None for the draft's defaults.
    pub(super) vocabularies: Option<Vec<String>>,
}

impl Dialect {
    pub(super) fn of(draft: Draft) -> Dialect {
        Dialect {
            draft,
            vocabularies: None,
        }
    }

    pub(super) fn has(&self, vocabulary: &str) -> bool {
        if vocabulary == "core" || self.draft < Draft::Year2019 {
            return true;
        }
        match &self.vocabularies {
            Some(names) => names.iter().any(|name| name == vocabulary),
            None => self.draft.default_vocabularies().contains(&vocabulary),
        }
    }
}
