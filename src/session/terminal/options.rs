//! A tool's options: which it has, what each takes, and what was given.
//!
//! As Kafka's tools read them: `--name value` or `--name=value`, in any order, some of them more than once.

/// An option of a tool.
#[derive(Debug)]
pub struct Opt {
    /// Without the dashes.
    pub name: &'static str,
    pub takes: Takes,
    pub doc: &'static str,
}

#[derive(Debug)]
pub enum Takes {
    Nothing,
    /// A value or none.
    Maybe(What),
    One(What),
    /// The real tool has it, and the playground has not; `doc` says why.
    Absent,
}

/// What a value is: for completing it, and for the help.
#[derive(Clone, Copy, Debug)]
pub enum What {
    Topic,
    Group,
    Broker,
    /// Whatever `--entity-type` says.
    Entity,
    Number,
    File,
    Address,
    /// `name=value` of a topic's configuration.
    Setting,
    /// Names of a topic's configuration.
    SettingNames,
    OneOf(&'static [&'static str]),
    /// `name=value`, of these names.
    Property(&'static [&'static str]),
    Text(&'static str),
}

impl What {
    /// In the help.
    pub fn word(self) -> &'static str {
        match self {
            What::Topic => "TOPIC",
            What::Group => "GROUP",
            What::Broker | What::Entity => "NAME",
            What::Number => "N",
            What::File => "FILE",
            What::Address => "HOST:PORT",
            What::Setting | What::Property(_) => "NAME=VALUE",
            What::SettingNames => "NAME,..",
            What::OneOf(_) => "KIND",
            What::Text(word) => word,
        }
    }
}

pub const fn flag(name: &'static str, doc: &'static str) -> Opt {
    Opt { name, takes: Takes::Nothing, doc }
}

pub const fn maybe(name: &'static str, what: What, doc: &'static str) -> Opt {
    Opt { name, takes: Takes::Maybe(what), doc }
}

pub const fn one(name: &'static str, what: What, doc: &'static str) -> Opt {
    Opt { name, takes: Takes::One(what), doc }
}

pub const fn absent(name: &'static str, why: &'static str) -> Opt {
    Opt { name, takes: Takes::Absent, doc: why }
}

/// Every tool's first: there is one cluster, so any address is it.
pub const BOOTSTRAP: Opt =
    one("bootstrap-server", What::Address, "The cluster. May be left out here: there is only one.");
pub const COMMAND_CONFIG: Opt = absent("command-config", "there is nobody to authenticate to");

/// The options that were given, in their order.
#[derive(Debug, Default)]
pub struct Args {
    given: Vec<(&'static str, Option<String>)>,
}

/// Reads a tool's words. The error is a line for the person who typed them.
pub fn parse(tool: &str, options: &'static [Opt], words: &[String]) -> Result<Args, String> {
    let mut args = Args::default();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(long) = word.strip_prefix('-') else {
            // Few tools take a word of its own; their option for it has no name.
            if options.iter().any(|option| option.name.is_empty()) {
                args.given.push(("", Some(word.clone())));
                continue;
            }
            return Err(format!("{tool}: '{word}' belongs to no option; an option's name begins with --"));
        };
        let long = long.strip_prefix('-').unwrap_or(long);
        let (name, mut value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (long, None),
        };
        let found = options.iter().find(|option| option.name == name);
        let option = found.ok_or_else(|| format!("{name} is not a recognized option"))?;
        match option.takes {
            Takes::Nothing if value.is_some() => return Err(format!("Option {name} does not allow an argument")),
            Takes::Nothing => {}
            Takes::Absent => {
                return Err(format!("{tool} has the option --{name}, this playground has not: {}", option.doc));
            }
            Takes::Maybe(_) if value.is_none() => value = words.next_if(|next| !next.starts_with("--")).cloned(),
            Takes::One(_) if value.is_none() => {
                // A negative number is a value; another option is none.
                let next = words.next_if(|next| !next.starts_with("--")).cloned();
                value = Some(next.ok_or_else(|| format!("Option {name} requires an argument"))?);
            }
            Takes::Maybe(_) | Takes::One(_) => {}
        }
        args.given.push((option.name, value));
    }
    Ok(args)
}

/// A property, as it stands behind `--property` and its like.
pub fn pair(property: &str) -> Result<(&str, &str), String> {
    property.split_once('=').ok_or_else(|| format!("{property}: a property is written name=value"))
}

impl Args {
    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| *given == name)
    }

    /// The only value of an option; an error if it was given twice.
    pub fn value(&self, name: &str) -> Result<Option<&str>, String> {
        match self.values(name)[..] {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => Err(format!("Found multiple arguments for option {name}, but you asked for only one")),
        }
    }

    pub fn values(&self, name: &str) -> Vec<&str> {
        self.given.iter().filter(|(given, _)| *given == name).filter_map(|(_, value)| value.as_deref()).collect()
    }

    pub fn required(&self, name: &str) -> Result<&str, String> {
        self.value(name)?.ok_or_else(|| format!("Missing required argument \"[{name}]\""))
    }

    pub fn number(&self, name: &str) -> Result<Option<i64>, String> {
        let Some(text) = self.value(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| format!("Cannot parse argument '{text}' of option {name}"))
    }

    /// Of these, the one that was given; an error if none or several were.
    pub fn action(&self, actions: &[&'static str]) -> Result<&'static str, String> {
        let given: Vec<&'static str> = actions.iter().copied().filter(|action| self.has(action)).collect();
        match given[..] {
            [action] => Ok(action),
            _ => {
                let names: Vec<String> = actions.iter().map(|action| format!("--{action}")).collect();
                Err(format!("Command must include exactly one action: {}", names.join(", ")))
            }
        }
    }

    /// An option that says nothing beside another.
    pub fn refuse_beside(&self, option: &str, others: &[&str]) -> Result<(), String> {
        match others.iter().find(|other| self.has(option) && self.has(other)) {
            Some(other) => Err(format!("Option \"[{option}]\" can't be used with option \"[{other}]\"")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: &[Opt] = &[
        flag("describe", ""),
        one("topic", What::Topic, ""),
        one("shift-by", What::Number, ""),
        maybe("state", What::Text("STATES"), ""),
        absent("replica-assignment", "the controller places replicas"),
    ];

    fn read(line: &str) -> Result<Args, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse("kafka-topics", OPTIONS, &words)
    }

    #[test]
    fn values_stand_behind_a_space_or_an_equals_sign() {
        let args = read("--topic=a --describe --topic b --shift-by -5 --state").unwrap();
        assert_eq!(args.values("topic"), ["a", "b"]);
        assert_eq!(args.number("shift-by"), Ok(Some(-5)));
        assert!(args.has("describe") && args.has("state") && args.value("state").unwrap().is_none());
        assert_eq!(read("--state stable,empty").unwrap().value("state"), Ok(Some("stable,empty")));
    }

    #[test]
    fn what_is_wrong_with_an_option_names_it() {
        let wrong = |line| read(line).unwrap_err();
        assert_eq!(wrong("--tpoic a"), "tpoic is not a recognized option");
        assert_eq!(wrong("--topic --describe"), "Option topic requires an argument");
        assert_eq!(wrong("--describe=yes"), "Option describe does not allow an argument");
        assert_eq!(wrong("orders"), "kafka-topics: 'orders' belongs to no option; an option's name begins with --");
        assert_eq!(
            wrong("--replica-assignment 1:2"),
            "kafka-topics has the option --replica-assignment, this playground has not: the controller places replicas"
        );
        let twice = read("--topic a --topic b").unwrap();
        assert!(twice.value("topic").unwrap_err().contains("multiple arguments for option topic"));
        assert!(read("--shift-by x").unwrap().number("shift-by").unwrap_err().contains("option shift-by"));
        assert!(read("").unwrap().required("topic").unwrap_err().contains("[topic]"));
    }
}
