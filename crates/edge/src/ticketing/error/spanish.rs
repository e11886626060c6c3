//! Messages in Spanish, fit to be shown to a rider.

use super::ErrorCode;

pub(super) const fn message(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::AccountStateOutOfSync => "Sus pases han cambiado. Actualícelos e inténtelo de nuevo.",
        ErrorCode::ActivatedPassAlreadyOnDevice => "Ya tiene un pase activo en este dispositivo.",
        ErrorCode::AgencyFreeFareDay => "En este momento el viaje es gratuito. No necesita un pase.",
        ErrorCode::AppengineUnexpectedError | ErrorCode::DatastoreRetryableFailure | ErrorCode::UrlError => {
            "Algo salió mal. Inténtelo de nuevo."
        }
        ErrorCode::CardDeclinedExpired => "Su tarjeta ha vencido. Use otra tarjeta.",
        ErrorCode::CardDeclinedGeneric | ErrorCode::CardDeclinedRadar | ErrorCode::CardDeclinedStolen => {
            "Su tarjeta fue rechazada. Use otra tarjeta o comuníquese con su banco."
        }
        ErrorCode::CardDeclinedInsufficientFunds => {
            "Su tarjeta no tiene fondos suficientes. Use otra tarjeta."
        }
        ErrorCode::CardDeclinedRetryable => {
            "No se pudo procesar su tarjeta en este momento. Inténtelo de nuevo."
        }
        ErrorCode::CardIneligible => "Esta tarjeta no se puede usar para esta compra. Use otra tarjeta.",
        ErrorCode::DatastoreFailure | ErrorCode::InternalChecksFailed => {
            "Algo salió mal. Actualice sus pases antes de intentarlo de nuevo."
        }
        ErrorCode::ExistingPurchaseInProgress => "Hay otra compra en curso. Inténtelo de nuevo en 2 minutos.",
        ErrorCode::FaresCannotBePurchased => "Esta tarifa no se puede comprar aquí.",
        ErrorCode::FaresOutOfDate => "Las tarifas han cambiado. Actualícelas e inténtelo de nuevo.",
        ErrorCode::IdempotencyKeyInUse => "Esta solicitud ya se hizo con otros parámetros.",
        ErrorCode::InvalidEmailAddress => "Esta dirección de correo electrónico no es válida.",
        ErrorCode::InvalidCart => "Esta combinación de tarifas no está disponible.",
        ErrorCode::InvalidId => "Este identificador no es del tipo que requiere esta solicitud.",
        ErrorCode::LoginRequired => "Inicie sesión para continuar.",
        ErrorCode::OrderExpired => "Este pedido ha vencido. Comience uno nuevo.",
        ErrorCode::PassActiveOnAnotherDevice => "Este pase está en uso en otro dispositivo.",
        ErrorCode::PassCannotBeActivatedAtThisTime => "Este pase no se puede activar en este momento.",
        ErrorCode::PassExpired => "Este pase ha vencido.",
        ErrorCode::PassInvalid => "Este pase ya no es válido.",
        ErrorCode::PassRefunded => "Este pase fue reembolsado.",
        ErrorCode::PassesStateHeaderInvalidOrMissing => "Actualice sus pases e inténtelo de nuevo.",
        ErrorCode::PassTransferred => "Este pase fue transferido a otra cuenta.",
        ErrorCode::PassTransferInProgress => "Este pase se está transfiriendo a otra cuenta.",
        ErrorCode::PassTransferIntoSourceAccount => "No puede canjear pases que usted mismo envió.",
        ErrorCode::PassUnactivated => "Este pase no ha sido activado.",
        ErrorCode::PaymentMethodNotFound => "Agregue una tarjeta antes de hacer una compra.",
        ErrorCode::RedemptionAlreadyUsed => "Ya canjeó esto.",
        ErrorCode::RedemptionInvalid => "Este canje no es válido o ha vencido.",
        ErrorCode::RedemptionIneligible => "Su cuenta no cumple los requisitos para canjear esto.",
        ErrorCode::RedemptionLimitsExceeded => "Ha alcanzado el límite de canjes de este tipo.",
        ErrorCode::RedemptionUsedByAnotherAccount => "Otra cuenta ya canjeó esto.",
        ErrorCode::RestrictedPurchase => {
            "Este pase está restringido. La agencia de transporte debe autorizar a quienes lo compran."
        }
        ErrorCode::ResourceNotFound => "No se encontró lo solicitado.",
        ErrorCode::SeriousInternalError => "Algo salió mal. Comuníquese con soporte.",
        ErrorCode::SingleOrderPassLimitExceeded => {
            "Hay demasiados pases en este pedido. Quite algunos e inténtelo de nuevo."
        }
        ErrorCode::StaleCart => "Su carrito no está actualizado. Revíselo e inténtelo de nuevo.",
        ErrorCode::StripeIdempotencyError => "Este pedido cambió después de enviarse. Comience uno nuevo.",
        ErrorCode::StripeIdempotencyKeyInUse => {
            "Su compra se está procesando. Inténtelo de nuevo en unos segundos."
        }
        ErrorCode::StripeInvalidRequest => "Este método de pago no se puede usar. Use otro.",
        ErrorCode::StripeRetryableError => "No se pudo procesar el pago en este momento. Inténtelo de nuevo.",
        ErrorCode::StripeUnknownError => "No se pudo procesar el pago.",
        ErrorCode::Unknown => "Algo salió mal.",
    }
}
