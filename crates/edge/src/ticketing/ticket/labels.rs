//! The few words of a ticket that are ours. Its names are the operator's.

use crate::ticketing::error::Language;

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    pub(super) tag: &'static str,
    pub(super) left: &'static str,
    pub(super) until: &'static str,
    pub(super) today: &'static str,
    pub(super) over: &'static str,
    pub(super) refresh: &'static str,
    pub(super) scan: &'static str,
    pub(super) test: &'static str,
}

const ENGLISH: Labels = Labels {
    tag: "en",
    left: "Time left",
    until: "Valid until",
    today: "Word of the day",
    over: "Expired",
    refresh: "This ticket is no longer valid.",
    scan: "Code for inspectors",
    test: "Test ticket, not valid for travel",
};

const SPANISH: Labels = Labels {
    tag: "es",
    left: "Tiempo restante",
    until: "Válido hasta",
    today: "Palabra del día",
    over: "Caducado",
    refresh: "Este billete ya no es válido.",
    scan: "Código para la inspección",
    test: "Billete de prueba, no válido para viajar",
};

impl Labels {
    /// Those of the first wanted language that there is.
    pub(super) fn of(wanted: &[String]) -> &'static Self {
        match Language::of(wanted) {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
        }
    }
}
