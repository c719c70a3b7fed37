//! `.helmignore`: which files of a chart directory are not part of the chart.
//!
//! # Source
//! spec/rendering.md 4.3.

/// The rules of one chart directory. The default has only Helm's built-in rule.
#[derive(Clone, Debug)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    /// `!pattern`: ignores what does not match.
    negated: bool,
    /// `pattern/`: folders only.
    folders_only: bool,
    /// Without a slash: matched against the base name at any depth.
    base_name_only: bool,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// `**`.
    #[error("double-star (**) syntax is not supported")]
    DoubleStar,
    /// A class that is not closed, a lone backslash.
    #[error("syntax error in pattern")]
    BadPattern,
}

impl Default for IgnoreRules {
    /// Dot files directly below the root chart's `templates/` are never part of the chart.
    fn default() -> Self {
        IgnoreRules {
            rules: vec![Rule {
                pattern: Pattern::new(b"templates/.?*"),
                negated: false,
                folders_only: false,
                base_name_only: false,
            }],
        }
    }
}

impl IgnoreRules {
    /// Reads the text of a `.helmignore` file.
    ///
    /// # Errors
    /// [`IgnoreError`] for the first bad line.
    pub fn parse(text: &[u8]) -> Result<IgnoreRules, IgnoreError> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut rules = Vec::new();
        for line in String::from_utf8_lossy(text).split('\n') {
            rules.extend(Rule::parse(line.trim())?);
        }
        rules.extend(IgnoreRules::default().rules);
        Ok(IgnoreRules { rules })
    }

    /// Whether the entry at this path (relative to the chart, `/` between components) is left out; of a folder, with
    /// all that is in it.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        if path.is_empty() || path == "." || path == "./" {
            return false;
        }
        let base_name = path.rsplit('/').next().unwrap_or(path);
        self.rules.iter().any(|rule| {
            let subject = if rule.base_name_only { base_name } else { path };
            rule.ignores(subject.as_bytes(), is_folder)
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Option<Rule>, IgnoreError> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err(IgnoreError::DoubleStar);
        }
        // A pattern is tried once, so that a bad one is found even if no file would meet it.
        if glob(line.as_bytes(), b"abc").is_none() {
            return Err(IgnoreError::BadPattern);
        }
        let (line, negated) = line.strip_prefix('!').map_or((line, false), |rest| (rest, true));
        let (line, folders_only) = line.strip_suffix('/').map_or((line, false), |rest| (rest, true));
        let (pattern, base_name_only) = match line.strip_prefix('/') {
            Some(rest) => (rest, false),
            None => (line, !line.contains('/')),
        };
        Ok(Some(Rule {
            pattern: Pattern::new(pattern.as_bytes()),
            negated,
            folders_only,
            base_name_only,
        }))
    }

    fn ignores(&self, subject: &[u8], is_folder: bool) -> bool {
        let is_meant = is_folder || !self.folders_only;
        if self.negated {
            return !is_meant || !self.pattern.matches(subject);
        }
        is_meant && self.pattern.matches(subject)
    }
}

/// A pattern and how it is matched: every file of a chart is held against every rule, nearly all of which are plain.
#[derive(Clone, Debug)]
struct Pattern {
    text: Vec<u8>,
    /// How many bytes at its start mean themselves.
    literal: usize,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    /// All of it means itself.
    Exact,
    /// One `*`, then only what means itself.
    EndsWith,
    /// Anything else.
    Glob,
}

impl Pattern {
    fn new(text: &[u8]) -> Pattern {
        let special = |byte: &u8| b"*?[\\".contains(byte);
        let literal = text.iter().position(special).unwrap_or(text.len());
        let shape = match text.strip_prefix(b"*") {
            _ if literal == text.len() => Shape::Exact,
            Some(rest) if !rest.iter().any(special) => Shape::EndsWith,
            _ => Shape::Glob,
        };
        Pattern {
            text: text.to_vec(),
            literal,
            shape,
        }
    }

    /// Whether a text matches as with [`glob`]; a bad pattern matches nothing.
    fn matches(&self, text: &[u8]) -> bool {
        match self.shape {
            Shape::Exact => text == self.text,
            Shape::EndsWith => text
                .strip_suffix(&self.text[1..])
                .is_some_and(|any| !any.contains(&b'/')),
            Shape::Glob => text.starts_with(&self.text[..self.literal]) && glob(&self.text, text) == Some(true),
        }
    }
}

/// Shell patterns as Go's `filepath.Match` reads them; none for a bad pattern, found even after a mismatch.
///
/// `*` and `?` stop at `/`; `[a-z]`, `[^a]`; `\` takes the next character literally.
pub fn glob(pattern: &[u8], text: &[u8]) -> Option<bool> {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if p == pattern.len() {
            if t == text.len() {
                return Some(true);
            }
        } else if pattern[p] == b'*' {
            star = Some((p + 1, t));
            p += 1;
            continue;
        } else if t < text.len() {
            let (matched, next_p, next_t) = one(pattern, p, text, t)?;
            if matched {
                (p, t) = (next_p, next_t);
                continue;
            }
        }
        match star {
            Some((after, from)) if from < text.len() && text[from] != b'/' => {
                let next = from + char_len(&text[from..]);
                star = Some((after, next));
                (p, t) = (after, next);
            }
            _ => return well_formed(&pattern[p..]).then_some(false),
        }
    }
}

/// Whether one pattern element matches one character, with the positions after both.
fn one(pattern: &[u8], p: usize, text: &[u8], t: usize) -> Option<(bool, usize, usize)> {
    let length = char_len(&text[t..]);
    match pattern[p] {
        b'?' => Some((text[t] != b'/', p + 1, t + length)),
        b'[' => {
            let (matched, after) = class(pattern, p + 1, &text[t..t + length])?;
            Some((matched, after, t + length))
        }
        b'\\' => {
            let literal = *pattern.get(p + 1)?;
            Some((literal == text[t], p + 2, t + 1))
        }
        literal => Some((literal == text[t], p + 1, t + 1)),
    }
}

/// A character class from after its `[`: whether it holds the character, and the position after its `]`.
fn class(pattern: &[u8], mut p: usize, character: &[u8]) -> Option<(bool, usize)> {
    let negated = pattern.get(p) == Some(&b'^');
    p += usize::from(negated);
    let (mut found, mut ranges) = (false, 0);
    loop {
        if pattern.get(p) == Some(&b']') && ranges > 0 {
            return Some((found != negated, p + 1));
        }
        let low = class_char(pattern, &mut p)?;
        let high = if pattern.get(p) == Some(&b'-') {
            p += 1;
            class_char(pattern, &mut p)?
        } else {
            low
        };
        found |= low <= character && character <= high;
        ranges += 1;
    }
}

fn class_char<'p>(pattern: &'p [u8], p: &mut usize) -> Option<&'p [u8]> {
    match pattern.get(*p)? {
        b'-' | b']' => return None,
        b'\\' => *p += 1,
        _ => {}
    }
    let rest = pattern.get(*p..)?;
    let length = if rest.is_empty() { return None } else { char_len(rest) };
    *p += length;
    // The class must go on: a character at the very end leaves it open.
    (*p < pattern.len()).then(|| &rest[..length])
}

/// Whether the rest of a pattern has no open class and no lone backslash.
fn well_formed(pattern: &[u8]) -> bool {
    let mut p = 0;
    while p < pattern.len() {
        p = match pattern[p] {
            b'[' => match class(pattern, p + 1, b"a") {
                Some((_, after)) => after,
                None => return false,
            },
            b'\\' if p + 1 == pattern.len() => return false,
            b'\\' => p + 2,
            _ => p + 1,
        };
    }
    true
}

/// The length of the UTF-8 character at the start; 1 for an invalid byte.
fn char_len(bytes: &[u8]) -> usize {
    let length = match bytes[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        // Nearly always: ASCII.
        _ => return 1,
    };
    if bytes.len() >= length && std::str::from_utf8(&bytes[..length]).is_ok() {
        length
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Go's filepath.Match.
    #[test]
    fn globs_match_as_in_go() {
        for (pattern, text, expected) in [
            ("*", "a/b", Some(false)),
            ("a*/b", "ax/b", Some(true)),
            ("a?c", "a/c", Some(false)),
            ("[a-c]x", "bx", Some(true)),
            ("[^a-c]x", "bx", Some(false)),
            ("a\\*", "a*", Some(true)),
            ("[", "a", None),
            ("[]a]", "]", None),
            ("a[", "a", None),
            ("a\\", "ab", None),
            ("*.y?ml", "x.yaml", Some(true)),
            ("é?", "éü", Some(true)),
            ("*a*b", "xxaxxab", Some(true)),
            ("", "", Some(true)),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    /// Every text over a small alphabet, up to a length.
    fn texts(alphabet: &[&str], length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut begin = 0;
        for _ in 0..length {
            let end = all.len();
            for index in begin..end {
                let longer: Vec<String> = alphabet.iter().map(|more| format!("{}{more}", all[index])).collect();
                all.extend(longer);
            }
            begin = end;
        }
        all
    }

    #[test]
    fn the_short_cuts_for_plain_patterns_are_the_glob() {
        let subjects = texts(&["a", "/", "é", "."], 4);
        for pattern in texts(&["a", "/", "*", "?", "é", "[", "]", "\\"], 4) {
            let quick = Pattern::new(pattern.as_bytes());
            for subject in &subjects {
                let expected = glob(pattern.as_bytes(), subject.as_bytes()) == Some(true);
                assert_eq!(quick.matches(subject.as_bytes()), expected, "{pattern} {subject}");
            }
        }
    }

    /// spec 4.3: rules, path, is it a folder, is it left out.
    #[test]
    fn rules_are_helms() {
        for (text, path, folder, expected) in [
            ("a.txt", "x/y/a.txt", false, true),
            ("/a.txt", "x/a.txt", false, false),
            ("/a.txt", "a.txt", false, true),
            ("./a.txt", "a.txt", false, false),
            ("x/a.txt", "x/a.txt", false, true),
            ("x/a.txt", "y/x/a.txt", false, false),
            ("x/", "x", true, true),
            ("x/", "x", false, false),
            ("# a", "a", false, false),
            ("!a.txt", "b.txt", false, true),
            ("!a.txt", "a.txt", false, false),
            ("!x/", "a.txt", false, true),
            ("", "templates/.hidden", false, true),
            ("", "templates/x/.hidden", false, false),
            ("", "charts/s/templates/.hidden", false, false),
        ] {
            assert_eq!(
                IgnoreRules::parse(text.as_bytes()).unwrap().ignores(path, folder),
                expected,
                "{text} {path}"
            );
        }
        assert_eq!(IgnoreRules::parse(b"a\n**/x").unwrap_err(), IgnoreError::DoubleStar);
        assert_eq!(IgnoreRules::parse(b"[").unwrap_err(), IgnoreError::BadPattern);
    }
}
