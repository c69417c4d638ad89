//! Names and types: from the tree as it was written to nodes that can be evaluated without a question.
//!
//! Every problem is reported, not only the first: a piece with a problem counts as of any type, so that one mistake is one
//! message.

use super::parse::{Ast, AstKind, Comparison};
use super::value::Type;
use super::{Problem, ProblemKind, Scope};
use crate::diagnostics::closest;
use crate::functions::{self, Function, Gives, Wants};
use crate::source::Span;

/// Most names that a message lists when none is near the misspelt one.
const LISTED_MAX: usize = 8;

/// A checked node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// An argument that was left out.
    Absent,
    Text(Box<str>),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    /// A slot of [`Scope::reference`].
    Reference(usize),
    /// A slot of [`Scope::name`].
    Name(usize),
    /// The value that a normaliser gets.
    Input,
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Choose(Box<[Node; 3]>),
    Call(&'static Function, Vec<Node>),
}

impl Node {
    /// Adds the reference slots below this node.
    pub(super) fn collect_references(&self, slots: &mut Vec<usize>) {
        match self {
            Self::Reference(slot) => slots.push(*slot),
            Self::Not(operand) => operand.collect_references(slots),
            Self::Compare(_, left, right) => {
                left.collect_references(slots);
                right.collect_references(slots);
            }
            Self::Choose(parts) => {
                for part in parts.iter() {
                    part.collect_references(slots);
                }
            }
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => {
                for part in parts {
                    part.collect_references(slots);
                }
            }
            Self::Absent
            | Self::Text(_)
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Boolean(_)
            | Self::Name(_)
            | Self::Input => {}
        }
    }
}

/// Checks a whole tree.
///
/// # Errors
/// Every problem, in the order of the text.
pub(super) fn check(ast: Ast<'_>, scope: &dyn Scope) -> Result<(Node, Type), Vec<Problem>> {
    let mut checker = Checker { scope, problems: Vec::new() };
    let typed = checker.node(ast);
    if checker.problems.is_empty() {
        return Ok(typed);
    }
    checker.problems.sort_by_key(|problem| problem.span);
    Err(checker.problems)
}

/// A node with a problem: nothing further is said about it.
const UNKNOWN: (Node, Type) = (Node::Absent, Type::Any);

struct Checker<'s> {
    scope: &'s dyn Scope,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, kind: ProblemKind, span: Span, message: String, help: String) -> (Node, Type) {
        self.problems.push(Problem { kind, span, message, help });
        UNKNOWN
    }

    fn node(&mut self, ast: Ast<'_>) -> (Node, Type) {
        match ast.kind {
            AstKind::Text(text) => (Node::Text(text.into_boxed_str()), Type::Text),
            AstKind::Integer(number) => (Node::Integer(number), Type::Number),
            AstKind::Decimal(number) => (Node::Decimal(number), Type::Number),
            AstKind::Boolean(truth) => (Node::Boolean(truth), Type::Boolean),
            AstKind::Omitted => UNKNOWN,
            AstKind::Input => (Node::Input, Type::Text),
            AstKind::Reference(text) => self.reference(text, ast.span),
            AstKind::Name(text) => self.name(text, ast.span),
            AstKind::Not(operand) => (Node::Not(Box::new(self.truth(*operand))), Type::Boolean),
            AstKind::And(parts) => (Node::And(self.truths(parts)), Type::Boolean),
            AstKind::Or(parts) => (Node::Or(self.truths(parts)), Type::Boolean),
            AstKind::Compare(comparison, left, right) => self.comparison(comparison, *left, *right, ast.span),
            AstKind::Choose(parts) => {
                let [condition, then, otherwise] = *parts;
                let mut branches = Branches::default();
                let condition = self.truth(condition);
                let then = self.branch(then, &mut branches);
                let otherwise = self.branch(otherwise, &mut branches);
                (Node::Choose(Box::new([condition, then, otherwise])), branches.result())
            }
            AstKind::Call(name, span, arguments) => self.call(name, span, arguments, ast.span),
        }
    }

    // === operators ===

    fn truths(&mut self, parts: Vec<Ast<'_>>) -> Vec<Node> {
        parts.into_iter().map(|part| self.truth(part)).collect()
    }

    /// A node that must be a boolean.
    fn truth(&mut self, ast: Ast<'_>) -> Node {
        let span = ast.span;
        let (node, given) = self.node(ast);
        if !given.agrees(Type::Boolean) {
            let message = format!("a condition is a boolean, this is {given}");
            self.problem(ProblemKind::Type, span, message, "compare it with something: `… == …`".to_owned());
        }
        node
    }

    fn comparison(&mut self, comparison: Comparison, left: Ast<'_>, right: Ast<'_>, span: Span) -> (Node, Type) {
        let (left, left_type) = self.node(left);
        let (right, right_type) = self.node(right);
        let orderly = |given: Type| given.agrees(Type::Text) || given.agrees(Type::Number);
        if !left_type.agrees(right_type) {
            let message = format!("{left_type} is compared with {right_type}");
            let help = "compare values of one type; `CStr(…)` makes a text of a number or boolean".to_owned();
            self.problem(ProblemKind::Type, span, message, help);
        } else if comparison.orders() && !(orderly(left_type) && orderly(right_type)) {
            let message = "only texts and numbers have an order".to_owned();
            self.problem(ProblemKind::Type, span, message, "use `==` or `!=`".to_owned());
        }
        (Node::Compare(comparison, Box::new(left), Box::new(right)), Type::Boolean)
    }

    /// A node whose type must be that of its siblings.
    fn branch(&mut self, ast: Ast<'_>, branches: &mut Branches) -> Node {
        let span = ast.span;
        let (node, given) = self.node(ast);
        if let Err(first) = branches.join(given) {
            let message = format!("this is {given}, the value before it is {first}");
            self.problem(ProblemKind::Type, span, message, "give values of one type in every case".to_owned());
        }
        node
    }

    // === names ===

    fn reference(&mut self, text: &str, span: Span) -> (Node, Type) {
        if let Some((slot, given)) = self.scope.reference(text) {
            return (Node::Reference(slot), given);
        }
        let known = self.scope.references_known();
        let help = if self.scope.name(text).is_some() {
            format!("write `{text}`, without brackets")
        } else {
            suggestion(text, known.iter().map(String::as_str), |name| format!("`[{name}]`"))
        };
        self.problem(ProblemKind::UnknownName, span, format!("there is no `[{text}]`"), help)
    }

    fn name(&mut self, text: &str, span: Span) -> (Node, Type) {
        if let Some((slot, given)) = self.scope.name(text) {
            return (Node::Name(slot), given);
        }
        let known = self.scope.names_known();
        let help = if self.scope.reference(text).is_some() {
            format!("write `[{text}]`")
        } else if let Some(function) = functions::named(text) {
            format!("it is a function: write `{}`", function.signature)
        } else {
            let known = known.iter().map(String::as_str).chain(["true", "false"]);
            suggestion(text, known, |name| format!("`{name}`"))
        };
        self.problem(ProblemKind::UnknownName, span, format!("there is no `{text}`"), help)
    }

    // === calls ===

    fn call(&mut self, name: &str, name_span: Span, arguments: Vec<Ast<'_>>, span: Span) -> (Node, Type) {
        let Some(function) = functions::named(name) else {
            let known = functions::functions().iter().map(|function| function.name);
            let help = suggestion(name, known, |name| format!("`{name}`"));
            for argument in arguments {
                self.node(argument);
            }
            return self.problem(
                ProblemKind::UnknownFunction,
                name_span,
                format!("there is no function `{name}`"),
                help,
            );
        };
        if !function.takes.accepts(arguments.len()) {
            let input = arguments.iter().filter(|argument| argument.kind == AstKind::Input).count();
            let count = arguments.len() - input;
            let message = match input {
                0 => format!("`{}` does not take {count} arguments", function.name),
                _ => format!("`{}` does not take {count} arguments behind the value itself", function.name),
            };
            self.problem(ProblemKind::Arity, span, message, usage(function));
            for argument in arguments {
                self.node(argument);
            }
            return UNKNOWN;
        }
        let mut keys = Branches::default();
        let mut branches = Branches::default();
        let mut nodes = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.into_iter().enumerate() {
            nodes.push(match function.takes.wants(position) {
                Wants::Default if argument.kind == AstKind::Omitted => Node::Absent,
                _ if argument.kind == AstKind::Omitted => {
                    let message = format!("argument {} of `{}` is empty", position + 1, function.name);
                    self.problem(ProblemKind::Arity, argument.span, message, usage(function)).0
                }
                Wants::Key => self.branch(argument, &mut keys),
                Wants::Branch | Wants::Default => self.branch(argument, &mut branches),
                Wants::Region => self.region(argument, function, position),
                Wants::Word(words) => self.one_of(&argument, words),
                wanted => self.argument(argument, wanted, function, position),
            });
        }
        let gives = match function.gives {
            Gives::Is(given) => given,
            Gives::Branch => branches.result(),
        };
        (Node::Call(function, nodes), gives)
    }

    fn argument(&mut self, ast: Ast<'_>, wanted: Wants, function: &Function, position: usize) -> Node {
        let span = ast.span;
        let (node, given) = self.node(ast);
        let (agrees, name) = match wanted {
            Wants::Text | Wants::Region => (given.agrees(Type::Text), "a text"),
            Wants::Boolean => (given.agrees(Type::Boolean), "a boolean"),
            Wants::Truth => (given.agrees(Type::Boolean) || given.agrees(Type::Text), "a boolean"),
            Wants::Number => (given.agrees(Type::Number), "a number"),
            Wants::List => (given.agrees(Type::List), "a list"),
            Wants::Value | Wants::Word(_) | Wants::Key | Wants::Branch | Wants::Default => (true, "any value"),
        };
        if !agrees {
            let message = format!("argument {} of `{}` must be {name}, this is {given}", position + 1, function.name);
            let help = match (wanted, given) {
                (Wants::Text, Type::Number | Type::Boolean) => "`CStr(…)` makes a text of it".to_owned(),
                (Wants::Text, Type::List) => "`Item(…, 1)` takes one of a list, `Join(\",\", …)` joins it".to_owned(),
                _ => usage(function),
            };
            self.problem(ProblemKind::Type, span, message, help);
        }
        node
    }

    fn region(&mut self, ast: Ast<'_>, function: &Function, position: usize) -> Node {
        if let AstKind::Text(region) = &ast.kind
            && !functions::is_region(region)
        {
            let help =
                "write an ISO 3166-1 code such as \"US\", or \"ZZ\" to allow the international format only".to_owned();
            self.problem(ProblemKind::Type, ast.span, format!("there is no region `{region}`"), help);
        }
        self.argument(ast, Wants::Region, function, position)
    }

    /// A word of a fixed set, bare as in Entra or quoted.
    fn one_of(&mut self, ast: &Ast<'_>, words: &[&str]) -> Node {
        let written = match &ast.kind {
            AstKind::Name(name) => name,
            AstKind::Text(text) => text.as_str(),
            _ => "",
        };
        if let Some(word) = words.iter().find(|word| written.eq_ignore_ascii_case(word)) {
            return Node::Text((*word).into());
        }
        let help = format!("write `{}`", words.join("` or `"));
        self.problem(ProblemKind::Type, ast.span, "this word is not one of those that can stand here".to_owned(), help)
            .0
    }
}

/// The common type of values of which one is the result.
#[derive(Default)]
struct Branches {
    /// The first type that is known.
    known: Option<Type>,
    any: bool,
}

impl Branches {
    fn join(&mut self, given: Type) -> Result<(), Type> {
        if given == Type::Any {
            self.any = true;
            return Ok(());
        }
        match self.known {
            Some(first) if first != given => Err(first),
            _ => {
                self.known = Some(given);
                Ok(())
            }
        }
    }

    fn result(&self) -> Type {
        self.known.filter(|_| !self.any).unwrap_or(Type::Any)
    }
}

fn usage(function: &Function) -> String {
    match function.caution {
        "" => format!("write `{}`", function.signature),
        caution => format!("write `{}`; {caution}", function.signature),
    }
}

/// "Did you mean", or all names if they are few.
fn suggestion<'n>(text: &str, known: impl Iterator<Item = &'n str> + Clone, show: impl Fn(&str) -> String) -> String {
    if let Some(name) = closest(text, known.clone()) {
        return format!("did you mean {}?", show(name));
    }
    let names: Vec<String> = known.take(LISTED_MAX + 1).map(&show).collect();
    match names.len() {
        0 => String::new(),
        few if few <= LISTED_MAX => format!("known are {}", names.join(", ")),
        _ => String::new(),
    }
}
