//! The patterns of `.Files.Glob`: `*` and `?` stop at `/`, `**` does not, `[ab]`, `[!a]`, `[a-c]`, `{x,y}`, `\c`.
//!
//! # Source
//! spec/rendering.md 2.3; gobwas/glob by experiment. A pattern that is none matches every file.

/// Braces inside braces: deeper than this the pattern counts as invalid.
const MAX_DEPTH: usize = 100;

#[derive(Debug)]
enum Node {
    Literal(char),
    /// Any one character but `/`.
    Any,
    /// Any run of characters but `/`.
    Run,
    /// Any run of characters.
    Everything,
    /// One character in (or, negated, not in) these ranges.
    Class {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    /// One of several sequences.
    Choice(Vec<Vec<Node>>),
}

/// A parsed pattern.
#[derive(Debug)]
pub(super) struct Glob {
    nodes: Vec<Node>,
}

impl Glob {
    pub(super) fn parse(pattern: &[u8]) -> Glob {
        let chars: Vec<char> = String::from_utf8_lossy(pattern).chars().collect();
        let mut at = 0;
        match sequence(&chars, &mut at, 0) {
            Some(nodes) if at == chars.len() => Glob { nodes },
            _ => Glob {
                nodes: vec![Node::Everything],
            },
        }
    }

    /// Whether the whole text matches. Time is proportional to pattern × text.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let chars: Vec<char> = String::from_utf8_lossy(text).chars().collect();
        let mut start = vec![false; chars.len() + 1];
        start[0] = true;
        advance(&self.nodes, &chars, start)[chars.len()]
    }
}

/// Nodes up to the end, or inside braces up to `,` or `}`; none for a bad pattern.
fn sequence(chars: &[char], at: &mut usize, depth: usize) -> Option<Vec<Node>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut nodes = Vec::new();
    while let Some(&c) = chars.get(*at) {
        if depth > 0 && (c == ',' || c == '}') {
            break;
        }
        *at += 1;
        nodes.push(match c {
            '?' => Node::Any,
            '*' if chars.get(*at) == Some(&'*') => {
                *at += 1;
                Node::Everything
            }
            '*' => Node::Run,
            '[' => class(chars, at)?,
            '{' => choice(chars, at, depth)?,
            '}' => return None,
            '\\' => {
                *at += 1;
                Node::Literal(*chars.get(*at - 1)?)
            }
            c => Node::Literal(c),
        });
    }
    Some(nodes)
}

fn choice(chars: &[char], at: &mut usize, depth: usize) -> Option<Node> {
    let mut branches = Vec::new();
    loop {
        branches.push(sequence(chars, at, depth + 1)?);
        *at += 1;
        match chars.get(*at - 1)? {
            ',' => {}
            _ => return Some(Node::Choice(branches)),
        }
    }
}

/// From after `[`: `!`, then either one range or a list of characters, then `]`.
fn class(chars: &[char], at: &mut usize) -> Option<Node> {
    let negated = chars.get(*at) == Some(&'!');
    *at += usize::from(negated);
    if let (Some(&low), Some('-'), Some(&high), Some(']')) = (
        chars.get(*at),
        chars.get(*at + 1),
        chars.get(*at + 2),
        chars.get(*at + 3),
    ) {
        *at += 4;
        return (low <= high).then(|| Node::Class {
            ranges: vec![(low, high)],
            negated,
        });
    }
    let mut ranges = Vec::new();
    loop {
        let mut c = *chars.get(*at)?;
        *at += 1;
        match c {
            ']' if ranges.is_empty() => return None,
            ']' => return Some(Node::Class { ranges, negated }),
            '\\' => {
                c = *chars.get(*at)?;
                *at += 1;
            }
            _ => {}
        }
        ranges.push((c, c));
    }
}

/// Where the nodes can end, given where they may start.
fn advance(nodes: &[Node], chars: &[char], mut from: Vec<bool>) -> Vec<bool> {
    for node in nodes {
        from = match node {
            Node::Choice(branches) => {
                let mut to = vec![false; from.len()];
                for branch in branches {
                    let ends = advance(branch, chars, from.clone());
                    to.iter_mut().zip(ends).for_each(|(to, end)| *to |= end);
                }
                to
            }
            Node::Run | Node::Everything => {
                let crosses = matches!(node, Node::Everything);
                for index in 0..chars.len() {
                    from[index + 1] |= from[index] && (crosses || chars[index] != '/');
                }
                from
            }
            single => {
                let mut to = vec![false; from.len()];
                for index in 0..chars.len() {
                    to[index + 1] = from[index] && is_one(single, chars[index]);
                }
                to
            }
        };
    }
    from
}

fn is_one(node: &Node, c: char) -> bool {
    match node {
        Node::Literal(literal) => *literal == c,
        Node::Any => c != '/',
        Node::Class { ranges, negated } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        Node::Run | Node::Everything | Node::Choice(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    /// spec 2.3, `.Files.Glob`.
    #[test]
    fn patterns_match_paths() {
        for (pattern, path, expected) in [
            ("files/*", "files/a.txt", true),
            ("files/*", "files/x/a.txt", false),
            ("files/**", "files/x/a.txt", true),
            ("**.txt", "files/x/a.txt", true),
            ("f?les/a", "files/a", true),
            ("files?a", "files/a", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[ab]x", "bx", true),
            ("{a,b*}/c", "bb/c", true),
            ("{a,b*}/c", "c/c", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "anything/at.all", true),
            ("{a", "anything", true),
            ("", "a", false),
        ] {
            assert_eq!(
                Glob::parse(pattern.as_bytes()).matches(path.as_bytes()),
                expected,
                "{pattern} {path}"
            );
        }
    }
}
