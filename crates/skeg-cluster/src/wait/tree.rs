//! The picture of a wait: each object, what is behind it, and why it is not ready; and how that looks as lines of text. Pure.
//!
//! Whoever draws takes [`Tree::lines`] with as many columns and rows as there are. Text comes from a cluster, so control
//! characters are taken out: no message can move the cursor or change colours.

use std::time::Duration;

use skeg_kinds::readiness::State;

/// All objects of a wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// What is waited for, such as `ready` or `gone`.
    pub goal: &'static str,
    /// How long the wait has lasted.
    pub elapsed: Duration,
    /// How long it may last.
    pub timeout: Duration,
    /// The objects, in the order of the targets.
    pub nodes: Vec<Node>,
    /// What is in the way of finding out, such as a server that does not answer.
    pub trouble: String,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// `Deployment/default/web`; for a pod under its owner `Pod web-1`.
    pub name: String,
    /// Its state.
    pub state: State,
    /// Whether it is what it was waited to become.
    pub done: bool,
    /// Why it is not, in few words.
    pub message: String,
    /// What is behind it.
    pub children: Vec<Node>,
    /// Further lines: container states, events, the end of a log.
    pub notes: Vec<String>,
}

/// How lines are to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Longer lines are cut.
    pub columns: usize,
    /// More lines are left out, finished objects first.
    pub rows: usize,
    /// Signs beyond ASCII.
    pub unicode: bool,
}

impl Look {
    /// Everything, however much it is.
    pub const WHOLE: Look = Look {
        columns: usize::MAX,
        rows: usize::MAX,
        unicode: false,
    };
}

impl Tree {
    /// How many objects are done, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        (self.nodes.iter().filter(|node| node.done).count(), self.nodes.len())
    }

    /// The tree as lines: a heading, the objects that are not done with all that is known, then those that are.
    pub fn lines(&self, look: Look) -> Vec<String> {
        let (done, all) = self.count();
        let mut lines = vec![format!(
            "waiting until {}: {done} of {all}, {} of {}",
            self.goal,
            seconds(self.elapsed),
            seconds(self.timeout)
        )];
        if !self.trouble.is_empty() {
            lines.push(format!("  {}", plain(&self.trouble)));
        }
        for node in self.nodes.iter().filter(|node| !node.done) {
            draw(node, 1, look, &mut lines);
        }
        let room = look.rows.saturating_sub(1);
        let finished: Vec<&Node> = self.nodes.iter().filter(|node| node.done).collect();
        if lines.len() + finished.len() <= look.rows {
            finished.into_iter().for_each(|node| draw(node, 1, look, &mut lines));
        } else if lines.len() > look.rows {
            let more = lines.len() - room;
            lines.truncate(room);
            lines.push(format!("  ({more} more lines)"));
        }
        for line in &mut lines {
            cut(line, look.columns);
        }
        lines
    }

    /// The objects that are not done and why, without a heading: the text of a diagnosis.
    pub fn unfinished(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.trouble.is_empty() {
            lines.push(plain(&self.trouble));
        }
        for node in self.nodes.iter().filter(|node| !node.done) {
            draw(node, 0, Look::WHOLE, &mut lines);
        }
        lines
    }
}

fn draw(node: &Node, depth: usize, look: Look, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let sign = match (node.done, node.state, look.unicode) {
        (true, _, true) => "✓ ",
        (_, State::Failed, true) => "✗ ",
        (_, _, true) => "… ",
        (true, _, false) => "ok ",
        (_, _, false) => "",
    };
    let mut line = format!("{indent}{sign}{}", plain(&node.name));
    if !node.done {
        line.push_str(&format!(" {}", node.state.as_str()));
        if !node.message.is_empty() {
            line.push_str(&format!(": {}", plain(&node.message)));
        }
    }
    lines.push(line);
    for note in &node.notes {
        lines.push(format!("{indent}  {}", plain(note)));
    }
    for child in &node.children {
        draw(child, depth + 1, look, lines);
    }
}

/// Whole seconds as `1m05s`.
fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 60 {
        0 => format!("{seconds}s"),
        minutes => format!("{minutes}m{:02}s", seconds % 60),
    }
}

/// Text on one line that does nothing to a terminal.
fn plain(text: &str) -> String {
    let one_line = text.trim_end().replace(['\n', '\t'], " ");
    one_line.chars().filter(|character| !character.is_control()).collect()
}

fn cut(line: &mut String, columns: usize) {
    if let Some((at, _)) = line.char_indices().nth(columns) {
        line.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, state: State, message: &str) -> Node {
        Node {
            name: name.into(),
            state,
            done: state == State::Ready,
            message: message.into(),
            children: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn tree() -> Tree {
        let mut pod = node("Pod web-1", State::InProgress, "Pod is in the Pending phase");
        pod.notes = vec!["container c: ImagePullBackOff: no\x1b[31m such\nimage".into()];
        let mut web = node("Deployment/default/web", State::InProgress, "Available: 0/1");
        web.children.push(pod);
        Tree {
            goal: "ready",
            elapsed: Duration::from_secs(65),
            timeout: Duration::from_secs(300),
            nodes: vec![
                web,
                node("Service/default/web", State::Ready, ""),
                node("Job/default/j", State::Failed, "Job Failed. failed: 1/1"),
            ],
            trouble: String::new(),
        }
    }

    #[test]
    fn lines_of_a_terminal() {
        let look = Look {
            columns: 60,
            rows: 20,
            unicode: true,
        };
        assert_eq!(
            tree().lines(look),
            [
                "waiting until ready: 1 of 3, 1m05s of 5m00s",
                "  … Deployment/default/web InProgress: Available: 0/1",
                "    … Pod web-1 InProgress: Pod is in the Pending phase",
                "      container c: ImagePullBackOff: no[31m such image",
                "  ✗ Job/default/j Failed: Job Failed. failed: 1/1",
                "  ✓ Service/default/web",
            ]
        );
    }

    #[test]
    fn what_is_done_gives_way_and_long_lines_are_cut() {
        let lines = tree().lines(Look {
            columns: 20,
            rows: 4,
            unicode: false,
        });
        assert_eq!(
            lines,
            [
                "waiting until ready:",
                "  Deployment/default",
                "    Pod web-1 InProg",
                "  (2 more lines)"
            ]
        );
        assert_eq!(
            tree()
                .lines(Look {
                    columns: 80,
                    rows: 5,
                    unicode: false
                })
                .len(),
            5
        );
    }

    #[test]
    fn a_diagnosis_tells_what_is_not_done() {
        let mut tree = tree();
        tree.trouble = "the server does not answer".into();
        assert_eq!(
            tree.unfinished(),
            [
                "the server does not answer",
                "Deployment/default/web InProgress: Available: 0/1",
                "  Pod web-1 InProgress: Pod is in the Pending phase",
                "    container c: ImagePullBackOff: no[31m such image",
                "Job/default/j Failed: Job Failed. failed: 1/1",
            ]
        );
    }
}
