//! The demo's marketplace with something more said of its apps.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{LIVE_KEY, demo_marketplace};

/// A marketplace file of a test's own; gone when this is.
pub(crate) struct ShopFile {
    folder: TempDir,
}

impl ShopFile {
    /// The demo's, with these lines for CityHop and a key of it for `live`.
    pub(crate) fn with(cityhop: &[&str]) -> Self {
        let demo = std::fs::read_to_string(demo_marketplace()).unwrap();
        let more = cityhop
            .iter()
            .fold(String::new(), |more, line| more + "    " + line + "\n");
        let name = "    name: CityHop\n";
        let keys = "      - pk_test_cityhop_demo_0000000000\n";
        assert!(demo.contains(name) && demo.contains(keys), "the demo has changed");
        let file = demo.replacen(name, &format!("{name}{more}"), 1).replacen(
            keys,
            &format!("{keys}      - {LIVE_KEY}\n"),
            1,
        );
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("marketplace.yaml"), file).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("marketplace.yaml")
    }
}
