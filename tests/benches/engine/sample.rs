//! What the kernel says of a process (Linux: `/proc`).

use std::time::Duration;

/// Ticks a second of `/proc/PID/stat`: fixed at 100 for every program on Linux, whatever the kernel's own rate.
const TICKS: f64 = 100.0;

/// Processor time that a process has used.
pub(crate) fn processor_time(id: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, which may hold spaces; user and system time are fields 14 and 15.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Duration::from_secs_f64(ticks / TICKS)
}

/// Resident memory of a process in megabytes, now and at its highest.
pub(crate) fn memory(id: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes.unwrap_or_default() * 1_024.0 / 1e6
    };
    (field("VmRSS:"), field("VmHWM:"))
}
