//! TLS for both listeners.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use edge::Tls;

/// A certificate and its key. Without them both listeners speak in clear, for a proxy that ends TLS.
#[derive(Debug, Args)]
pub(crate) struct TlsArgs {
    /// PEM file with the certificate for HTTP and gRPC, and those that vouch for it after it; needs --tls-key.
    #[arg(long, env = "SWITCHYARD_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// PEM file with the certificate's private key; needs --tls-cert.
    #[arg(long, env = "SWITCHYARD_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

impl TlsArgs {
    /// What is shown, if anything is.
    pub(crate) fn tls(&self) -> anyhow::Result<Option<Tls>> {
        let (certificate, key) = match (&self.tls_cert, &self.tls_key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            (Some(_), None) => bail!("--tls-cert is given without --tls-key"),
            (None, Some(_)) => bail!("--tls-key is given without --tls-cert"),
        };
        let tls = Tls::from_pem(&read(certificate)?, &read(key)?);
        let both = || {
            format!(
                "cannot serve TLS with {} and {}",
                certificate.display(),
                key.display()
            )
        };
        Ok(Some(tls.with_context(both)?))
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
