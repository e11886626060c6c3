//! Feeds as archives, within bounds.

use std::io::{Cursor, Write};

use gtfs::{Files, import};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::feed::{Given, OVERLAY, feed, imported, overlay};

fn packed<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(name, deflated).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn below(folder: &str, feed: &Given) -> Vec<u8> {
    let files = feed.iter();
    packed(files.map(|(name, text)| (format!("{folder}{name}"), text.as_bytes())))
}

fn told(bytes: &[u8]) -> String {
    let report = Files::of([("feed.zip", bytes)]).unwrap_err();
    report
        .flaws
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_zip_is_as_good_as_a_folder_whatever_its_folders_are_called() {
    let plain = imported(&feed(), OVERLAY).unwrap();
    for folder in ["", "gtfs/", "../../etc/", "/abs/olute/", "a\\b\\"] {
        let files = Files::of([("feed.zip", below(folder, &feed()))]).unwrap();
        assert_eq!(import(&files, &overlay(OVERLAY)).unwrap(), plain, "{folder}");
    }
}

#[test]
fn a_file_that_is_there_twice_is_refused() {
    let twice = packed([
        ("a/areas.txt".to_owned(), &b"area_id\n1\n"[..]),
        ("b/areas.txt".to_owned(), &b"area_id\n2\n"[..]),
    ]);
    assert_eq!(told(&twice), "areas.txt: the feed has two files of this name");
}

#[test]
fn an_archive_that_unpacks_to_far_more_than_it_holds_is_refused() {
    let long = vec![b'0'; 9 * 1024 * 1024];
    let bomb = packed([("areas.txt".to_owned(), &long[..])]);
    assert!(bomb.len() < 100_000);
    assert_eq!(told(&bomb), "areas.txt: unpacks to far more than it holds");
    let longer = vec![b'0'; 17 * 1024 * 1024];
    let bomb = packed([("areas.txt".to_owned(), &longer[..])]);
    assert_eq!(told(&bomb), "areas.txt: the file is too long");
    let other = packed([("shapes.txt".to_owned(), &longer[..])]);
    assert!(
        Files::of([("feed.zip", other)]).is_ok(),
        "what is not read is not unpacked"
    );
}

#[test]
fn an_archive_of_thousands_of_entries_is_refused() {
    let many = packed((0..2_001).map(|number| (format!("{number}.txt"), &b""[..])));
    assert_eq!(told(&many), "feed: the zip has more than 2000 entries");
}

#[test]
fn a_damaged_archive_is_refused() {
    let whole = below("", &feed());
    assert!(told(&whole[..whole.len() / 2]).starts_with("feed: is not a readable zip"));
    let mut bent = whole.clone();
    // In the first file's compressed bytes, behind its header.
    for byte in &mut bent[45..60] {
        *byte ^= 0xff;
    }
    assert!(
        told(&bent).contains("agency.txt: cannot be unpacked"),
        "{}",
        told(&bent)
    );
}
