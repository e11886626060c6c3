//! The code that an inspector scans, as the path of an SVG.

use std::fmt::Write as _;

use qrcodegen::{DataTooLong, QrCode, QrCodeEcc};

/// Light modules around a code, as the standard wants them (ISO/IEC 18004, "quiet zone").
const QUIET: i32 = 4;

/// A QR code as it is drawn: dark modules on light ground, a unit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// Width and height, quiet zone included.
    pub(super) side: i32,
    /// The dark modules, row by row.
    pub(super) path: String,
}

impl Code {
    /// The code of a text. Medium correction: a thumb or a scratch over a seventh of it does no harm.
    pub(super) fn of(text: &str) -> Result<Self, DataTooLong> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium)?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let width = (x..size).take_while(|x| code.get_module(*x, y)).count();
                let width = i32::try_from(width).unwrap_or(size);
                if width > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{} {}h{width}v1h-{width}z", x + QUIET, y + QUIET);
                }
                x += width + 1;
            }
        }
        Ok(Self {
            side: size + 2 * QUIET,
            path,
        })
    }
}
