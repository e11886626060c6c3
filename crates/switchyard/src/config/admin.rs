//! Everyday administration of a running server.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::EnvironmentName;

/// Which server, as whom, and how its answers are printed.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArgs {
    /// The server.
    #[arg(
        long,
        global = true,
        env = "SWITCHYARD_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    pub url: String,

    /// The environment.
    #[arg(long, global = true, value_enum, default_value_t = EnvironmentName::Test)]
    pub environment: EnvironmentName,

    /// An access key, or the server's admin key; by default what `switchyard-admin.key` in the working directory holds.
    #[arg(long, global = true, env = "SWITCHYARD_ADMIN_KEY", hide_env_values = true)]
    pub admin_key: Option<String>,

    /// Print JSON for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// `onboard`
#[derive(Debug, Args)]
pub(crate) struct OnboardArgs {
    /// The operator.
    pub operator: String,

    /// Register the operator first, as this file describes it (YAML or JSON, in the form that a marketplace file has for
    /// an operator, without its account and links).
    #[arg(long, value_name = "FILE")]
    pub create: Option<PathBuf>,

    /// The app whose platform account does it; not needed where the operator is linked to one only.
    #[arg(long)]
    pub app: Option<String>,

    /// Link an account that the operator has already, through Stripe's consent page, instead of making one.
    #[arg(long, requires = "app")]
    pub oauth: bool,

    /// Where the operator is, as ISO 3166-1 alpha-2; by default what its profile says.
    #[arg(long, conflicts_with = "oauth")]
    pub country: Option<String>,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `link`
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The operator.
    pub operator: String,

    /// The app.
    pub app: String,

    /// The engine's share of a purchase in hundredths of a percent.
    #[arg(long, default_value_t = 0)]
    pub fee_basis_points: u32,

    /// What it takes on top, in the currency's minor unit.
    #[arg(long, default_value_t = 0)]
    pub fee_fixed: i64,

    /// What it takes at least.
    #[arg(long)]
    pub fee_minimum: Option<i64>,

    /// What it takes at most.
    #[arg(long)]
    pub fee_cap: Option<i64>,

    /// The app may not show the operator's visual tickets.
    #[arg(long)]
    pub no_tickets: bool,

    /// Who agreed for the app: an office, not a person.
    #[arg(long, default_value = "app")]
    pub agreed_by_app: String,

    /// Who agreed for the operator.
    #[arg(long, default_value = "operator")]
    pub agreed_by_operator: String,

    /// End the link instead, for this reason.
    #[arg(long, value_name = "REASON")]
    pub end: Option<String>,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `import`
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The operator.
    pub operator: String,

    /// The GTFS feed: a folder or a zip file.
    pub feed: PathBuf,

    /// What the feed cannot say (YAML or JSON).
    #[arg(long, value_name = "FILE")]
    pub overlay: PathBuf,

    /// From when on it is sold (RFC 3339); now, if absent.
    #[arg(long, value_name = "TIME")]
    pub effective_from: Option<String>,

    /// Print what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `refund`
#[derive(Debug, Args)]
pub(crate) struct RefundArgs {
    /// The operator.
    pub operator: String,

    /// What is given back.
    #[command(flatten)]
    pub what: RefundedArgs,

    /// Of a purchase, only this pass, ride or book; may be given several times.
    #[arg(long = "item", value_name = "ID", conflicts_with = "pass")]
    pub items: Vec<String>,

    /// Of a purchase, money for which nothing goes void, in the currency's minor unit.
    #[arg(long, conflicts_with_all = ["pass", "items"])]
    pub amount: Option<i64>,

    /// Why, in plain words.
    #[arg(long)]
    pub reason: String,

    /// Whatever the operator's refund rules say.
    #[arg(long)]
    pub override_rules: bool,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// A purchase, a pass or a book.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RefundedArgs {
    /// A purchase.
    #[arg(long)]
    pub purchase: Option<String>,

    /// A pass, a ride of a book, or a book: of a book in use, the rides that are left.
    #[arg(long)]
    pub pass: Option<String>,
}

/// `suspend`, `reinstate`
#[derive(Debug, Args)]
pub(crate) struct StandingArgs {
    /// The operator.
    pub operator: String,

    /// Why, in plain words. It stays in the log.
    #[arg(long)]
    pub reason: String,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `rotate`
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    /// Which key.
    #[command(subcommand)]
    pub key: RotatedKey,
}

/// A key to replace.
#[derive(Debug, Subcommand)]
pub(crate) enum RotatedKey {
    /// A key to the admin API.
    AccessKey {
        /// Its name; the one that this command uses, if absent.
        key: Option<String>,
        /// For how many seconds both keys are good; a day, if absent.
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<u32>,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// An API key of an app.
    ApiKey {
        /// The app.
        app: String,
        /// The key's name.
        key: String,
        /// For how many seconds both keys are good; a day, if absent.
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<u32>,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `issue`
#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// Which key.
    #[command(subcommand)]
    pub key: IssuedKey,
}

/// A key to make.
#[derive(Debug, Subcommand)]
pub(crate) enum IssuedKey {
    /// A key to the admin API.
    AccessKey {
        /// `engine_admin`, `app_admin`, `operator_admin` or `finance`.
        role: String,
        /// What it is for; never a person's name.
        #[arg(long)]
        label: String,
        /// For which app, of an app admin.
        #[arg(long)]
        app: Option<String>,
        /// For which operator, of an operator admin.
        #[arg(long)]
        operator: Option<String>,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
    /// An API key of an app.
    ApiKey {
        /// The app.
        app: String,
        /// `publishable` or `secret`.
        kind: String,
        /// Its name; a fresh one, if absent.
        #[arg(long)]
        name: Option<String>,
        /// The server.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `show`
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// What.
    #[command(subcommand)]
    pub what: Shown,

    /// The server.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// What can be looked at.
#[derive(Debug, Subcommand)]
pub(crate) enum Shown {
    /// Every app.
    Apps,
    /// One app.
    App {
        /// Which.
        app: String,
    },
    /// The API keys of an app.
    Keys {
        /// Whose.
        app: String,
    },
    /// The operators of an app, and on which terms.
    Links {
        /// Whose.
        app: String,
    },
    /// Every key to the admin API.
    AccessKeys,
    /// What the key of this command may do.
    Access,
    /// Every operator.
    Operators,
    /// One operator: account, links, and what keeps it from selling.
    Operator {
        /// Which.
        operator: String,
    },
    /// What happened to an operator, by whom and on what evidence.
    History {
        /// Whose.
        operator: String,
    },
    /// The versions of an operator's catalog.
    Catalogs {
        /// Whose.
        operator: String,
    },
    /// What an operator sold.
    Sales {
        /// Whose.
        operator: String,
    },
    /// What an operator gave back.
    Refunds {
        /// Whose.
        operator: String,
    },
    /// What Stripe paid out to an operator.
    Payouts {
        /// Whose.
        operator: String,
    },
    /// A rider in clear. Every look is recorded.
    User {
        /// Which.
        user: String,
    },
}
