//! A source file as tokens, so that a word in a comment or a string is not mistaken for code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

pub struct Source {
    /// From the project's root: `src/model/name.rs`.
    pub path: String,
    pub text: String,
    /// Flat; a group is its two brackets and what stands between.
    pub tokens: Vec<Token>,
}

pub struct Token {
    pub line: usize,
    pub kind: Kind,
}

pub enum Kind {
    Word(String),
    Mark(char),
    Literal,
    Open(Delimiter),
    /// Where among the tokens its partner stands.
    Close(usize),
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        Source { path: path.into(), text: text.into(), tokens }
    }

    /// `model` for `src/model/name.rs`; none outside `src/` and for what stands directly in it.
    pub fn folder(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split_once('/').map(|(folder, _)| folder)
    }

    /// Every word, with its place among the tokens and its line.
    pub fn words(&self) -> impl Iterator<Item = (usize, usize, &str)> {
        self.tokens.iter().enumerate().filter_map(|(at, token)| match &token.kind {
            Kind::Word(word) => Some((at, token.line, word.as_str())),
            _ => None,
        })
    }

    pub fn word(&self, at: usize) -> Option<&str> {
        match self.kind(at)? {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is_mark(&self, at: usize, mark: char) -> bool {
        matches!(self.kind(at), Some(Kind::Mark(found)) if *found == mark)
    }

    pub fn opens(&self, at: usize, bracket: Delimiter) -> bool {
        matches!(self.kind(at), Some(Kind::Open(found)) if *found == bracket)
    }

    fn kind(&self, at: usize) -> Option<&Kind> {
        self.tokens.get(at).map(|token| &token.kind)
    }
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Ident(word) => tokens.push(Token { line, kind: Kind::Word(word.to_string()) }),
            TokenTree::Punct(mark) => tokens.push(Token { line, kind: Kind::Mark(mark.as_char()) }),
            TokenTree::Literal(_) => tokens.push(Token { line, kind: Kind::Literal }),
            TokenTree::Group(group) => {
                let opened = tokens.len();
                tokens.push(Token { line, kind: Kind::Open(group.delimiter()) });
                flatten(group.stream(), tokens);
                tokens.push(Token { line: group.span_close().start().line, kind: Kind::Close(opened) });
            }
        }
    }
}
