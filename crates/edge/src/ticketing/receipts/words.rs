//! What a receipt says, in the languages in which errors are told too.

use crate::ticketing::error::Language;

/// Every label of the page.
pub(super) struct Words {
    /// The value of `lang`.
    pub tag: &'static str,
    pub receipt: &'static str,
    pub date: &'static str,
    pub item: &'static str,
    pub quantity: &'static str,
    pub price: &'static str,
    pub amount: &'static str,
    pub subtotal: &'static str,
    pub discount: &'static str,
    pub total: &'static str,
    pub paid_with: &'static str,
    pub nothing_to_pay: &'static str,
    pub refunds: &'static str,
    pub refunded: &'static str,
    pub on_its_way: &'static str,
    pub looked_into: &'static str,
    pub remaining: &'static str,
    pub missing: &'static str,
    pub parking: &'static str,
    pub from: &'static str,
    pub until: &'static str,
    pub minutes: &'static str,
    pub free: &'static str,
    pub entry: &'static str,
    pub rate: &'static str,
    pub at_most: &'static str,
    pub tax: &'static str,
    pub tax_within: &'static str,
}

const ENGLISH: Words = Words {
    tag: "en",
    receipt: "Receipt",
    date: "Date",
    item: "Item",
    quantity: "Quantity",
    price: "Price",
    amount: "Amount",
    subtotal: "Subtotal",
    discount: "Discount",
    total: "Total",
    paid_with: "Paid with",
    nothing_to_pay: "Nothing had to be paid.",
    refunds: "Refunds",
    refunded: "Refunded",
    on_its_way: "On its way",
    looked_into: "Being looked into",
    remaining: "Paid after refunds",
    missing: "There is no receipt at this address.",
    parking: "Parking",
    from: "From",
    until: "Until",
    minutes: "Minutes",
    free: "Free minutes",
    entry: "Entry",
    rate: "Parking",
    at_most: "maximum reached",
    tax: "Tax",
    tax_within: "Tax included",
};

const SPANISH: Words = Words {
    tag: "es",
    receipt: "Recibo",
    date: "Fecha",
    item: "Artículo",
    quantity: "Cantidad",
    price: "Precio",
    amount: "Importe",
    subtotal: "Subtotal",
    discount: "Descuento",
    total: "Total",
    paid_with: "Pagado con",
    nothing_to_pay: "No había nada que pagar.",
    refunds: "Reembolsos",
    refunded: "Reembolsado",
    on_its_way: "En camino",
    looked_into: "En revisión",
    remaining: "Pagado tras los reembolsos",
    missing: "No hay ningún recibo en esta dirección.",
    parking: "Estacionamiento",
    from: "Desde",
    until: "Hasta",
    minutes: "Minutos",
    free: "Minutos gratuitos",
    entry: "Entrada",
    rate: "Estacionamiento",
    at_most: "máximo alcanzado",
    tax: "Impuesto",
    tax_within: "Impuesto incluido",
};

impl Words {
    /// In the first of the wanted languages that there is.
    pub(super) fn of(wanted: &[String]) -> &'static Self {
        match Language::of(wanted) {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
        }
    }
}
