//! A real browser without a window, for what is only seen.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// How large a screen is, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub width: u32,
    pub height: u32,
}

/// A phone held upright.
pub(crate) const PHONE: Screen = Screen {
    width: 390,
    height: 844,
};

/// Device pixels for each CSS pixel.
const SCALE: u32 = 2;

/// Chromium, wherever it is found.
pub(crate) struct Browser(PathBuf);

/// A picture of a page, in device pixels.
pub(crate) struct Picture {
    pub width: usize,
    pub height: usize,
    rgb: Vec<u8>,
}

impl Browser {
    /// The browser of `CHROMIUM`, or an installed one. Without one the caller's test has nothing to look with.
    pub(crate) fn find() -> Option<Self> {
        let named = std::env::var("CHROMIUM").ok();
        let usual = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
        let found = named.into_iter().chain(usual).find(|name| {
            let asked = Command::new(name).arg("--version").output();
            asked.is_ok_and(|output| output.status.success())
        });
        if found.is_none() {
            eprintln!("skipped: no Chromium is installed, and CHROMIUM names none (tests/run installs it)");
        }
        found.map(|name| Self(name.into()))
    }

    /// The page so many milliseconds after it was opened. That time is made to pass at once.
    pub(crate) async fn picture(&self, page: &Path, screen: Screen, after_ms: u32) -> Picture {
        let picture = page.with_extension(format!("{}x{}.{after_ms}.png", screen.width, screen.height));
        let screenshot = format!("--screenshot={}", picture.display());
        self.run(page, screen, after_ms, &screenshot).await;
        let file = std::fs::File::open(&picture).unwrap();
        let mut reader = png::Decoder::new(std::io::BufReader::new(file))
            .read_info()
            .unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let samples = info.color_type.samples();
        assert!(samples >= 3, "a picture in colours");
        Picture {
            width: info.width as usize,
            height: info.height as usize,
            rgb: bytes
                .chunks(samples)
                .flat_map(|pixel| pixel[..3].to_vec())
                .collect(),
        }
    }

    /// The document so many milliseconds after it was opened.
    pub(crate) async fn document(&self, page: &Path, screen: Screen, after_ms: u32) -> String {
        self.run(page, screen, after_ms, "--dump-dom").await
    }

    async fn run(&self, page: &Path, screen: Screen, after_ms: u32, what: &str) -> String {
        let profile = TempDir::new().unwrap();
        let mut command = Command::new(&self.0);
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--force-device-scale-factor={SCALE}"))
            .arg(format!("--window-size={},{}", screen.width, screen.height))
            .arg(format!("--virtual-time-budget={after_ms}"))
            .arg(what)
            .arg(format!("file://{}", page.display()))
            .stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.unwrap().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Picture {
    /// The colour at a place.
    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// How many pixels have exactly this colour.
    pub(crate) fn count(&self, colour: [u8; 3]) -> usize {
        self.rgb.chunks(3).filter(|pixel| *pixel == colour).count()
    }

    /// The rows in which two pictures differ, in tenths of the height from the top.
    pub(crate) fn tenths_that_differ(&self, other: &Self) -> Vec<usize> {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let row = self.width * 3;
        let rows = self.rgb.chunks(row).zip(other.rgb.chunks(row)).enumerate();
        let mut tenths: Vec<usize> = rows
            .filter(|(_, (one, two))| one != two)
            .map(|(y, _)| y * 10 / self.height)
            .collect();
        tenths.dedup();
        tenths
    }

    /// What the QR code in the picture says, as a scanner that knows nothing of its making reads it.
    pub(crate) fn scan(&self) -> Vec<String> {
        let light = |x: usize, y: usize| {
            let sum: u32 = self.at(x, y).map(u32::from).iter().sum();
            u8::try_from(sum / 3).unwrap()
        };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, light);
        let codes = image.detect_grids().into_iter();
        codes
            .filter_map(|code| code.decode().ok())
            .map(|(_, text)| text)
            .collect()
    }
}
