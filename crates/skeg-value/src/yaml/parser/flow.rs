//! The grammar inside brackets.

use super::super::error::Scan;
use super::super::scanner::Kind;
use super::{Context, Event, Parser, Say, State, unexpected};

impl Parser<'_> {
    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Scan<Event> {
        if first {
            self.peek()?;
            self.scanner.skip();
        }
        let mut token = self.peek()?;
        if token.kind != Kind::FlowSequenceEnd && !first {
            if token.kind != Kind::FlowEntry {
                return unexpected("did not find expected ',' or ']'", token);
            }
            self.scanner.skip();
            token = self.peek()?;
        }
        match token.kind {
            Kind::FlowSequenceEnd => {
                self.pop_state();
                self.scanner.skip();
                Ok(Self::event(Say::SequenceEnd, token))
            }
            Kind::Key => {
                self.state = State::FlowPairKey;
                self.scanner.skip();
                Ok(Self::event(Say::MappingStart, token))
            }
            _ => {
                self.states.push(State::FlowSequenceEntry { first: false });
                self.node(Context::Flow)
            }
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Scan<Event> {
        let token = self.peek()?;
        match token.kind {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                // The reference swallows this token.
                self.scanner.skip();
                self.empty(token.line, token.end, State::FlowPairValue)
            }
            _ => {
                self.states.push(State::FlowPairValue);
                self.node(Context::Flow)
            }
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Scan<Event> {
        let token = self.peek()?;
        if token.kind == Kind::Value {
            let kind = self.skip_to_kind()?;
            if !matches!(kind, Kind::FlowEntry | Kind::FlowSequenceEnd) {
                self.states.push(State::FlowPairEnd);
                return self.node(Context::Flow);
            }
        }
        self.empty(token.line, token.start, State::FlowPairEnd)
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Scan<Event> {
        if first {
            self.peek()?;
            self.scanner.skip();
        }
        let mut token = self.peek()?;
        if token.kind != Kind::FlowMappingEnd && !first {
            if token.kind != Kind::FlowEntry {
                return unexpected("did not find expected ',' or '}'", token);
            }
            self.scanner.skip();
            token = self.peek()?;
        }
        match token.kind {
            Kind::FlowMappingEnd => {
                self.pop_state();
                self.scanner.skip();
                Ok(Self::event(Say::MappingEnd, token))
            }
            Kind::Key => {
                self.scanner.skip();
                let token = self.peek()?;
                match token.kind {
                    Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                        self.empty(token.line, token.start, State::FlowMappingValue)
                    }
                    _ => {
                        self.states.push(State::FlowMappingValue);
                        self.node(Context::Flow)
                    }
                }
            }
            _ => {
                self.states.push(State::FlowMappingNoValue);
                self.node(Context::Flow)
            }
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Scan<Event> {
        let mut token = self.peek()?;
        let next = State::FlowMappingKey { first: false };
        if token.kind == Kind::Value {
            self.scanner.skip();
            token = self.peek()?;
            if !matches!(token.kind, Kind::FlowEntry | Kind::FlowMappingEnd) {
                self.states.push(next);
                return self.node(Context::Flow);
            }
        }
        self.empty(token.line, token.start, next)
    }
}
