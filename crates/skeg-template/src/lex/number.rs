//! Numbers, loosely: what is let through here wrongly, the reading of constants rejects.

use super::letters::is_name_character;
use super::{Kind, Lexer, Token};
use crate::print::quote;

impl Lexer {
    /// A number, perhaps complex (`1+2i`).
    pub(super) fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek(), Some(b'+' | b'-')) {
            if !self.scan_number() || self.text.get(self.at - 1) != Some(&b'i') {
                return self.bad_number();
            }
            return self.token(Kind::Complex);
        }
        self.token(Kind::Number)
    }

    fn bad_number(&mut self) -> Token {
        let text = quote(&self.text[self.start..self.at]);
        self.fail(format!("bad number syntax: {}", String::from_utf8_lossy(&text)))
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let found = self.peek().is_some_and(|b| set.contains(&b));
        self.at += usize::from(found);
        found
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    /// Moves behind what looks like a number. False where a letter or digit follows it directly; that is then behind,
    /// too.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        // Only decimal and hexadecimal numbers have exponents.
        let exponent: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        match self.peek_rune() {
            Some((c, length)) if is_name_character(c) => {
                self.at += length;
                false
            }
            _ => true,
        }
    }
}
