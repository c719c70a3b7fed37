//! Rendered files as one stream for a post-renderer, and what it gave back as files again.
//!
//! In: the rendered files, hooks and notes-free. Out: one YAML stream in which every document is annotated with the file
//! it came from ([`FILE_ANNOTATION`]); and from the stream that came back, files by that annotation, without it.
//!
//! # Source
//! spec/lifecycle.md 11.2 (postrenderer plugins); details by experiment with Helm 4.3.1.

use std::collections::BTreeMap;

use skeg_value::yaml::editable::{Document, Node, NodeKind};

use crate::document::RenderedFile;
use crate::split;

/// The annotation that names the file of a document while it is with the post-renderer.
pub const FILE_ANNOTATION: &str = "postrenderer.helm.sh/postrender-filename";

/// Annotations of kyaml's own, which it takes off what it reads.
const INTERNAL: [&str; 5] = [
    "config.kubernetes.io/index",
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/seqindent",
];

/// The files as one stream, in the order of their paths.
///
/// Files that are blank or whose base name begins with `_` are left out. The items of a `List` become documents of their
/// own.
///
/// # Errors
/// Helm's text for the first file that cannot be read as objects: `parsing <file>: …`.
pub fn merge(files: &[RenderedFile]) -> Result<Vec<u8>, String> {
    let mut sorted: Vec<&RenderedFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut documents = Vec::new();
    for file in sorted {
        let base = file.name.rsplit('/').next().unwrap_or_default();
        if base.starts_with('_') || split::is_blank(&file.text) {
            continue;
        }
        for mut document in parse(&file.text).map_err(|why| format!("parsing {}: {why}", file.name))? {
            annotate(&mut document, &file.name).map_err(|why| format!("parsing {}: {why}", file.name))?;
            documents.push(document);
        }
    }
    Ok(stream(&documents))
}

/// The files of a stream that a post-renderer gave back, by the annotation; a document without it is a file of its own,
/// `generated-by-postrender-N.yaml` with its place in the stream.
///
/// # Errors
/// Why the stream cannot be read as objects, in Helm's words.
pub fn divide(text: &[u8]) -> Result<Vec<RenderedFile>, String> {
    let mut files: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    let prefixed = |why| format!("error parsing YAML: {why}");
    for (index, mut document) in parse(text).map_err(prefixed)?.into_iter().enumerate() {
        let name = take_annotation(&mut document).map_err(prefixed)?;
        let name = name.unwrap_or_else(|| format!("generated-by-postrender-{index}.yaml"));
        files.entry(name).or_default().push(document);
    }
    let files = files.into_iter();
    Ok(files
        .map(|(name, documents)| RenderedFile::new(name, stream(&documents)))
        .collect())
}

fn stream(documents: &[Document]) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b"---\n");
        }
        document.write(&mut out);
    }
    out
}

/// The objects of a text, those of lists singly.
fn parse(text: &[u8]) -> Result<Vec<Document>, String> {
    let mut normalised = Vec::new();
    let text = if text.contains(&b'\r') {
        let lines = text.split_inclusive(|&b| b == b'\n');
        for line in lines {
            match line.strip_suffix(b"\r\n") {
                Some(line) => {
                    normalised.extend_from_slice(line);
                    normalised.push(b'\n');
                }
                None => normalised.extend_from_slice(line),
            }
        }
        &normalised[..]
    } else {
        text
    };
    let mut documents = Vec::new();
    for range in split::documents(text) {
        let parsed = Document::parse(&text[range]);
        let Some(document) = parsed.map_err(|error| malformed(error.message()))? else {
            continue;
        };
        match document.root.kind() {
            NodeKind::Map => unwrap(document, &mut documents),
            _ if document.root.is_null() => {}
            _ => documents.push(document),
        }
    }
    Ok(documents)
}

fn malformed(message: &str) -> String {
    format!("MalformedYAMLError: {message}")
}

/// A list's items instead of the list.
fn unwrap(mut document: Document, documents: &mut Vec<Document>) {
    let is_list = matches!(
        document.root.get("kind").and_then(Node::text),
        Some(b"List" | b"ResourceList")
    );
    let items = document
        .root
        .get_mut("items")
        .filter(|items| is_list && items.kind() == NodeKind::List);
    match items {
        Some(items) => {
            let items = std::mem::replace(items, Node::empty_map()).into_items();
            documents.extend(items.into_iter().map(Document::of));
        }
        None => documents.push(document),
    }
}

fn wrong_kind(node: &Node) -> String {
    let found = match node.kind() {
        NodeKind::Scalar => "ScalarNode",
        NodeKind::Alias => "AliasNode",
        NodeKind::List => "SequenceNode",
        NodeKind::Map => "MappingNode",
    };
    let mut text = Vec::new();
    Document::of(node.clone()).write(&mut text);
    let text = String::from_utf8_lossy(&text);
    format!("wrong node kind: expected MappingNode but got {found}: node contents:\n{text}")
}

/// The map below a key, made where it is missing or null.
fn map_below<'n>(node: &'n mut Node, key: &str) -> Result<&'n mut Node, String> {
    if node.kind() != NodeKind::Map {
        return Err(wrong_kind(node));
    }
    if node.get(key).is_none_or(Node::is_null) {
        // What has no place in the map goes to its end, as kyaml has it for a null too.
        node.set(key, Node::empty_map());
    }
    match node.get_mut(key) {
        Some(below) if below.kind() == NodeKind::Map => Ok(below),
        Some(below) => Err(wrong_kind(below)),
        None => Err(format!("no {key}")),
    }
}

fn annotate(document: &mut Document, file: &str) -> Result<(), String> {
    let annotations = map_below(map_below(&mut document.root, "metadata")?, "annotations")?;
    for key in INTERNAL {
        annotations.remove(key);
    }
    annotations.set(FILE_ANNOTATION, Node::quoted(file));
    Ok(())
}

/// Takes the annotation off, and the maps that are empty then.
fn take_annotation(document: &mut Document) -> Result<Option<String>, String> {
    let root = &mut document.root;
    if root.kind() != NodeKind::Map {
        return Err(wrong_kind(root));
    }
    let Some(metadata) = root
        .get_mut("metadata")
        .filter(|metadata| metadata.kind() == NodeKind::Map)
    else {
        return Ok(None);
    };
    let Some(annotations) = metadata.get_mut("annotations") else {
        return Ok(None);
    };
    for key in INTERNAL {
        annotations.remove(key);
    }
    let name = annotations.get(FILE_ANNOTATION).and_then(Node::text);
    let name = name.map(|text| String::from_utf8_lossy(text).into_owned());
    annotations.remove(FILE_ANNOTATION);
    if annotations.is_empty() || annotations.is_null() {
        metadata.remove("annotations");
    }
    if metadata.is_empty() {
        root.remove("metadata");
    }
    Ok(name.filter(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(text: &str) -> Result<String, String> {
        let file = RenderedFile::new("c/templates/a.yaml", text.as_bytes().to_vec());
        merge(&[file]).map(|out| String::from_utf8_lossy(&out).into_owned())
    }

    /// lifecycle spec 11.2; each answer is Helm 4.3.1's.
    #[test]
    fn documents_are_annotated_with_their_file() {
        const A: &str = "postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'";
        for (name, text, expected) in [
            (
                "there are none",
                "kind: A\n",
                format!("kind: A\nmetadata:\n  annotations:\n    {A}\n"),
            ),
            (
                "null",
                "kind: A\nmetadata:\n  annotations: null\n",
                format!("kind: A\nmetadata:\n  annotations:\n    {A}\n"),
            ),
            (
                "no metadata",
                "metadata:\n",
                format!("metadata:\n  annotations:\n    {A}\n"),
            ),
            (
                "in brackets",
                "metadata: {name: x, annotations: {a: b}}\n",
                format!("metadata: {{name: x, annotations: {{a: b, {A}}}}}\n"),
            ),
            (
                "new in brackets",
                "metadata: {name: x}\n",
                format!("metadata: {{name: x, annotations: {{{A}}}}}\n"),
            ),
            (
                "a list's items",
                "kind: List\nitems:\n- metadata: {}\n- kind: B\n",
                format!("metadata: {{annotations: {{{A}}}}}\n---\nkind: B\nmetadata:\n  annotations:\n    {A}\n"),
            ),
            ("an empty list", "kind: List\nitems: []\n", String::new()),
            ("comments only", "# c\n---\n# d\n", String::new()),
        ] {
            assert_eq!(merged(text), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused_in_helms_words() {
        for (text, expected) in [
            (
                "kind: A\nmetadata: foo\n",
                "wrong node kind: expected MappingNode but got ScalarNode: node contents:\nfoo\n",
            ),
            (
                "metadata:\n  annotations: [a]\n",
                "wrong node kind: expected MappingNode but got SequenceNode: node contents:\n[a]\n",
            ),
            (
                "a: [b\n",
                "MalformedYAMLError: yaml: line 1: did not find expected ',' or ']'",
            ),
        ] {
            assert_eq!(merged(text), Err(format!("parsing c/templates/a.yaml: {expected}")));
        }
    }

    #[test]
    fn what_comes_back_is_divided_by_the_annotation() {
        let stream = "kind: A\nmetadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: b\n---\nkind: B\n---\n\
                      # c\nkind: C\nmetadata:\n  name: c\n  annotations:\n    postrenderer.helm.sh/postrender-filename: b\n    k: v\n";
        let files = divide(stream.as_bytes()).expect("objects");
        let files: Vec<(String, String)> = files
            .into_iter()
            .map(|file| (file.name.clone(), String::from_utf8_lossy(&file.text).into_owned()))
            .collect();
        let expected = [
            (
                "b",
                "kind: A\n---\n# c\nkind: C\nmetadata:\n  name: c\n  annotations:\n    k: v\n",
            ),
            ("generated-by-postrender-1.yaml", "kind: B\n"),
        ];
        assert_eq!(files, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(
            divide(b"hello\n").map(|_| ()),
            Err(
                "error parsing YAML: wrong node kind: expected MappingNode but got ScalarNode: node contents:\nhello\n"
                    .to_owned()
            )
        );
        assert_eq!(
            divide(b"a: [b\n").map(|_| ()),
            Err("error parsing YAML: MalformedYAMLError: yaml: line 1: did not find expected ',' or ']'".to_owned())
        );
    }
}
