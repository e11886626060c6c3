//! One suite of rules over both stores.

#[cfg(test)]
mod world;

#[cfg(test)]
mod erasing;
#[cfg(test)]
mod root_secret;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing;
