//! What the engine's own `/metrics` say, as sums since its start.

use reqwest::Client;

/// Requests to buy, calls to Stripe and commits, so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Measures {
    /// Seconds in all requests to buy together.
    buying: f64,
    purchases: f64,
    /// Seconds in all Stripe calls together, as the engine waited for them.
    waiting: f64,
    calls: f64,
    /// Seconds in all commits together, one after the other.
    committing: f64,
    commits: f64,
}

impl Measures {
    pub(crate) async fn read(client: &Client, base: &str) -> Self {
        let answer = client.get(format!("{base}/metrics")).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let sum = |name: &str, label: &str| -> f64 {
            text.lines()
                .filter_map(|line| line.strip_prefix(name)?.strip_prefix('{')?.split_once("} "))
                .filter(|(labels, _)| labels.contains(label))
                .map(|(_, value)| value.parse::<f64>().unwrap())
                .sum()
        };
        Self {
            buying: sum("http_request_seconds_sum", "route=\"/purchase\""),
            purchases: sum("http_request_seconds_count", "route=\"/purchase\""),
            waiting: sum("stripe_call_duration_seconds_sum", "call="),
            calls: sum("stripe_call_duration_seconds_count", "call="),
            committing: sum("event_log_commit_seconds_sum", "store="),
            commits: sum("event_log_commit_seconds_count", "store="),
        }
    }

    /// What was added since an earlier reading, for a purchase on average.
    pub(crate) fn a_purchase_since(&self, earlier: &Self) -> Shares {
        let purchases = (self.purchases - earlier.purchases).max(1.0);
        let commits = self.commits - earlier.commits;
        Shares {
            request: (self.buying - earlier.buying) / purchases,
            stripe: (self.waiting - earlier.waiting) / purchases,
            calls: (self.calls - earlier.calls) / purchases,
            commits: commits / purchases,
            commit: (self.committing - earlier.committing) / commits.max(1.0),
        }
    }
}

/// Means; times are in seconds.
pub(crate) struct Shares {
    /// In the engine, from the request's head to the answer's.
    pub(crate) request: f64,
    /// Of that, waiting for Stripe.
    pub(crate) stripe: f64,
    /// Stripe calls.
    pub(crate) calls: f64,
    /// Commits of the log; less than it made appends where several purchases shared one.
    pub(crate) commits: f64,
    /// How long one commit took.
    pub(crate) commit: f64,
}
