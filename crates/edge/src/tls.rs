//! TLS for whoever is spoken to directly, and not through a proxy that ends it.

use std::sync::Arc;

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

/// A certificate and its key, ready to be shown to clients.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// Why a certificate and a key cannot be used. Neither is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// Not one PEM block `CERTIFICATE` that can be read.
    #[error("the certificate file holds no certificate in PEM")]
    Certificate,
    /// No PEM block with a private key that can be read.
    #[error("the key file holds no private key in PEM")]
    Key,
    /// The key is of a kind that cannot be used, or another certificate's.
    #[error("the private key is not the certificate's")]
    Mismatch,
}

impl Tls {
    /// Takes a chain of certificates, the server's own first, and its private key.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or(TlsError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let versions = versions.map_err(|_| TlsError::Mismatch)?;
        let config = versions.with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|_| TlsError::Mismatch)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(crate) const fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_refused_by_name() {
        let refused = |certificate: &[u8]| Tls::from_pem(certificate, b"").unwrap_err();
        assert_eq!(refused(b""), TlsError::Certificate);
        let broken = b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert_eq!(refused(broken), TlsError::Certificate);
        let any = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(refused(any), TlsError::Key);
    }
}
