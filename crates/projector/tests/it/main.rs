//! One suite: read models over both stores, the ledger, and audits of logs that were tampered with.

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod world;

#[cfg(test)]
mod auditing;
#[cfg(test)]
mod booking;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod doctored;
#[cfg(test)]
mod following;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod parking_stays;
#[cfg(test)]
mod rebuilding;
#[cfg(test)]
mod sales;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod unfinished;
