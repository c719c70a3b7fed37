//! A wait as it is seen: a tree on a terminal, drawn again in its place, or plain lines where something changes.
//!
//! In goes the picture of a wait ([`Tree`]), out come the bytes for standard error. Nothing is written here: whoever owns the
//! stream writes, and asks [`Live::clear`] before anything else goes to it. Helm shows nothing while it waits, so where nobody
//! looks (no terminal, no CI) nothing is shown either; see [`Progress::choose`].

use std::collections::BTreeMap;

use skeg_cluster::wait::State;
use skeg_cluster::wait::tree::{Look, Tree};

/// How the progress of a wait is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Not at all.
    #[default]
    None,
    /// A line for each change of an object.
    Plain,
    /// A tree that is drawn again and again in its place.
    Tree,
}

/// What decides how progress is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Viewer<'a> {
    /// `SKEG_PROGRESS`: `tree`, `plain`, `none`, or anything else for no choice.
    pub wish: &'a str,
    /// Whether standard error is a terminal that understands cursor movements (`TERM` is neither empty nor `dumb`).
    pub terminal: bool,
    /// Whether this is a run of a build server (`CI` is set and not `false`).
    pub ci: bool,
    /// Whether the program runs under the name `helm`, so that what it writes is read as Helm's.
    pub as_helm: bool,
}

impl Progress {
    /// The wish, if there is one; else a tree on a terminal, plain lines in CI, and nothing elsewhere. Under the name `helm`
    /// there is no tree or line without a wish or a terminal, since programs read what Helm writes.
    pub fn choose(viewer: Viewer<'_>) -> Progress {
        match viewer.wish {
            "tree" => Progress::Tree,
            "plain" => Progress::Plain,
            "none" => Progress::None,
            _ if viewer.terminal => Progress::Tree,
            _ if viewer.ci && !viewer.as_helm => Progress::Plain,
            _ => Progress::None,
        }
    }
}

/// Draws one wait after another.
#[derive(Debug)]
pub struct Live {
    progress: Progress,
    look: Look,
    /// Lines of the tree that stand on the terminal, above the cursor.
    drawn: Vec<String>,
    /// What plain lines have said of each object.
    said: BTreeMap<String, (State, String)>,
}

/// Objects are shown from the moment a wait has lasted this long: most waits are over before anybody could read.
const FLICKER: std::time::Duration = std::time::Duration::from_millis(500);
/// The size of a terminal that does not tell its size.
const COLUMNS: usize = 80;
const ROWS: usize = 24;

impl Live {
    /// For a terminal of that many columns and rows; zero or none where it does not tell.
    pub fn new(progress: Progress, columns: Option<usize>, rows: Option<usize>, unicode: bool) -> Self {
        let size = |told: Option<usize>, default| told.filter(|&size| size > 0).unwrap_or(default);
        let look = Look {
            // The last column and row stay free: a terminal would wrap or scroll there.
            columns: size(columns, COLUMNS).saturating_sub(1).max(1),
            rows: size(rows, ROWS).saturating_sub(1).max(1),
            unicode,
        };
        Live {
            progress,
            look,
            drawn: Vec::new(),
            said: BTreeMap::new(),
        }
    }

    /// What to write for the wait as it stands now; nothing where nothing has changed.
    pub fn waiting(&mut self, tree: &Tree) -> String {
        match self.progress {
            Progress::None => String::new(),
            Progress::Plain => self.changes(tree),
            Progress::Tree if tree.elapsed < FLICKER => String::new(),
            Progress::Tree => {
                let lines = tree.lines(self.look);
                if lines == self.drawn {
                    return String::new();
                }
                let mut text = self.clear();
                for line in &lines {
                    text.push_str(line);
                    text.push('\n');
                }
                self.drawn = lines;
                text
            }
        }
    }

    /// What to write before anything else is written, and when a wait is over: takes the tree off the terminal.
    pub fn clear(&mut self) -> String {
        let lines = std::mem::take(&mut self.drawn).len();
        if lines == 0 {
            return String::new();
        }
        // Cursor to the first column, that many lines up, and erase from there to the end.
        format!("\r\x1b[{lines}A\x1b[J")
    }

    /// A wait is over: what to write, and what was said of its objects is forgotten.
    pub fn waited(&mut self) -> String {
        self.said.clear();
        self.clear()
    }

    fn changes(&mut self, tree: &Tree) -> String {
        let mut text = String::new();
        for node in &tree.nodes {
            let now = (node.state, node.message.clone());
            let before = self.said.get(&node.name);
            // What is ready from the start, and what nobody has looked at yet, is no news.
            let is_news = match before {
                None => !node.done && node.state != State::Unknown,
                Some(before) => *before != now,
            };
            if !is_news {
                continue;
            }
            let mut single = Tree {
                goal: tree.goal,
                nodes: vec![node.clone()],
                ..Tree::default()
            };
            single.nodes[0].children.clear();
            single.nodes[0].notes.clear();
            let lines = match node.done {
                true => vec![format!("{} {}", node.name, tree.goal)],
                false => single.unfinished(),
            };
            for line in lines {
                text.push_str(&format!("waiting: {line}\n"));
            }
            self.said.insert(node.name.clone(), now);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use skeg_cluster::wait::tree::Node;

    use super::*;

    fn tree(seconds: u64, nodes: &[(&str, State, &str)]) -> Tree {
        let node = |(name, state, message): &(&str, State, &str)| Node {
            name: (*name).to_owned(),
            state: *state,
            done: *state == State::Ready,
            message: (*message).to_owned(),
            children: Vec::new(),
            notes: Vec::new(),
        };
        Tree {
            goal: "ready",
            elapsed: Duration::from_secs(seconds),
            timeout: Duration::from_secs(300),
            nodes: nodes.iter().map(node).collect(),
            trouble: String::new(),
        }
    }

    /// A terminal of a few lines, so that a test sees what a person would.
    fn shown(written: &[String]) -> Vec<String> {
        let mut screen: Vec<String> = Vec::new();
        for text in written {
            let mut rest = text.as_str();
            if let Some(after) = rest.strip_prefix("\r\x1b[") {
                let (up, after) = after.split_once('A').expect("a count");
                screen.truncate(screen.len() - up.parse::<usize>().expect("a number"));
                rest = after.strip_prefix("\x1b[J").expect("an erasure");
            }
            screen.extend(rest.lines().map(str::to_owned));
        }
        screen
    }

    #[test]
    fn the_tree_is_drawn_in_its_place() {
        let mut live = Live::new(Progress::Tree, Some(60), Some(10), true);
        let first = [
            ("Deployment/d/web", State::InProgress, "Replicas: 0/1"),
            ("Service/d/web", State::Ready, ""),
        ];
        let second = [
            ("Deployment/d/web", State::InProgress, "Available: 0/1"),
            ("Service/d/web", State::Ready, ""),
        ];
        let mut written = vec![
            "level=WARN msg=before".to_owned(),
            live.waiting(&tree(0, &first)),
            live.waiting(&tree(1, &first)),
        ];
        assert_eq!(
            shown(&written),
            [
                "level=WARN msg=before",
                "waiting until ready: 1 of 2, 1s of 5m00s",
                "  … Deployment/d/web InProgress: Replicas: 0/1",
                "  ✓ Service/d/web",
            ]
        );
        assert_eq!(live.waiting(&tree(1, &first)), "");
        written.push(live.waiting(&tree(2, &second)));
        assert_eq!(shown(&written)[2], "  … Deployment/d/web InProgress: Available: 0/1");
        assert_eq!(shown(&written).len(), 4);
        written.push(live.waited());
        assert_eq!(shown(&written), ["level=WARN msg=before"]);
        assert_eq!(live.waited(), "");
    }

    #[test]
    fn plain_lines_tell_changes() {
        let mut live = Live::new(Progress::Plain, None, None, false);
        let states = [
            [("Pod/d/a", State::Unknown, ""), ("Service/d/s", State::Ready, "")],
            [
                ("Pod/d/a", State::InProgress, "Pod is in the Pending phase"),
                ("Service/d/s", State::Ready, ""),
            ],
            [
                ("Pod/d/a", State::InProgress, "Pod is in the Pending phase"),
                ("Service/d/s", State::Ready, ""),
            ],
            [
                ("Pod/d/a", State::Ready, "Pod is Ready"),
                ("Service/d/s", State::Ready, ""),
            ],
        ];
        let written: String = (0..)
            .zip(&states)
            .map(|(second, nodes)| live.waiting(&tree(second, nodes)))
            .collect();
        assert_eq!(
            written,
            "waiting: Pod/d/a InProgress: Pod is in the Pending phase\nwaiting: Pod/d/a ready\n"
        );
    }

    /// (wish, terminal, CI, as helm, how)
    #[test]
    fn who_looks_decides() {
        let cases = [
            ("", true, false, false, Progress::Tree),
            ("", true, true, true, Progress::Tree),
            ("", false, true, false, Progress::Plain),
            ("", false, true, true, Progress::None),
            ("", false, false, false, Progress::None),
            ("plain", true, false, true, Progress::Plain),
            ("none", true, true, false, Progress::None),
            ("tree", false, false, false, Progress::Tree),
            ("else", false, false, false, Progress::None),
        ];
        for (wish, terminal, ci, as_helm, expected) in cases {
            let viewer = Viewer {
                wish,
                terminal,
                ci,
                as_helm,
            };
            assert_eq!(Progress::choose(viewer), expected, "{viewer:?}");
        }
    }
}
