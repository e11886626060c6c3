//! What is said of a redemption before it is made, in the rider's language.

use super::{error::Language, view::escaped};

/// What a link gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    /// Passes.
    Passes,
    /// The right to buy restricted fares.
    Fares,
}

/// The form in which the message is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `text/plain`
    Plain,
    /// `text/html`
    Html,
}

/// A line of the message: what, and how many of it where that is to be counted.
pub(super) type Line = (String, Option<usize>);

/// The headline of the dialog.
pub(super) const fn title(gives: Gives, language: Language) -> &'static str {
    match (gives, language) {
        (Gives::Passes, Language::English) => "Redeem Fares",
        (Gives::Passes, Language::Spanish) => "Canjear tarifas",
        (Gives::Fares, Language::English) => "Unlock Fares",
        (Gives::Fares, Language::Spanish) => "Desbloquear tarifas",
    }
}

const fn introduction(gives: Gives, language: Language) -> &'static str {
    match (gives, language) {
        (Gives::Passes, Language::English) => "The following fares will be made available in your account:",
        (Gives::Passes, Language::Spanish) => "Las siguientes tarifas estarán disponibles en su cuenta:",
        (Gives::Fares, Language::English) => "You will be able to purchase the following fares:",
        (Gives::Fares, Language::Spanish) => "Podrá comprar las siguientes tarifas:",
    }
}

/// The body of the dialog: what comes, line by line, and until when it can be bought. In HTML nothing that comes from
/// outside is anything but text.
pub(super) fn message(
    gives: Gives,
    lines: &[Line],
    until: Option<&str>,
    form: Form,
    language: Language,
) -> String {
    let until = until.map(|until| match language {
        Language::English => format!("Available for purchase until {until}."),
        Language::Spanish => format!("Disponibles para su compra hasta el {until}."),
    });
    let introduction = introduction(gives, language);
    match form {
        Form::Plain => {
            let mut text = introduction.to_owned();
            for line in lines {
                text.push_str("\n  - ");
                text.push_str(&counted(line, language));
            }
            if let Some(until) = until {
                text.push('\n');
                text.push_str(&until);
            }
            text
        }
        Form::Html => {
            let items = lines.iter().fold(String::new(), |text, line| {
                text + "<li>" + &escaped(&counted(line, language)) + "</li>"
            });
            let until = until.map(|until| format!("<p>{}</p>", escaped(&until)));
            format!(
                "<p>{}</p><ul>{items}</ul>{}",
                escaped(introduction),
                until.unwrap_or_default()
            )
        }
    }
}

fn counted((name, count): &Line, language: Language) -> String {
    match (count, language) {
        (None, _) => name.clone(),
        (Some(count), Language::English) => format!("{name}, Quantity: {count}"),
        (Some(count), Language::Spanish) => format!("{name}, Cantidad: {count}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ride(name: &str) -> Vec<Line> {
        vec![(name.to_owned(), Some(1))]
    }

    #[test]
    fn passes_are_announced_as_published() {
        let told = message(
            Gives::Passes,
            &ride("Adult Single Ride"),
            None,
            Form::Plain,
            Language::English,
        );
        let published =
            "The following fares will be made available in your account:\n  - Adult Single Ride, Quantity: 1";
        assert_eq!(told, published);
        assert_eq!(title(Gives::Passes, Language::English), "Redeem Fares");
    }

    #[test]
    fn a_name_cannot_break_out_of_the_html() {
        let told = message(
            Gives::Passes,
            &ride("<b>A&B</b>"),
            None,
            Form::Html,
            Language::Spanish,
        );
        assert_eq!(
            told,
            "<p>Las siguientes tarifas estarán disponibles en su cuenta:</p>\
             <ul><li>&lt;b&gt;A&amp;B&lt;/b&gt;, Cantidad: 1</li></ul>"
        );
    }

    #[test]
    fn what_is_unlocked_for_a_time_says_until_when() {
        let lines = vec![("Senior".to_owned(), None)];
        let told = |form| {
            message(
                Gives::Fares,
                &lines,
                Some("2030-01-02 03:00"),
                form,
                Language::English,
            )
        };
        assert_eq!(
            told(Form::Plain),
            "You will be able to purchase the following fares:\n  - Senior\n\
             Available for purchase until 2030-01-02 03:00."
        );
        assert!(told(Form::Html).ends_with("<p>Available for purchase until 2030-01-02 03:00.</p>"));
    }
}
