//! `switchyard demo`: the journeys, over real HTTP against a fresh engine, narrated.

mod audit;
mod onboard;
mod park;
mod rider;
mod send;
mod stage;
mod story;
mod travel;

use std::process::ExitCode;

use anyhow::Context;

use self::{stage::Stage, story::Story};
use crate::{config::DemoArgs, wiring::log_if_asked};

pub(crate) async fn demo(args: DemoArgs) -> anyhow::Result<ExitCode> {
    log_if_asked();
    let folder = match &args.keep {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            None
        }
        None => Some(tempfile::tempdir().context("cannot make a temporary folder")?),
    };
    let path = args
        .keep
        .as_deref()
        .or(folder.as_ref().map(tempfile::TempDir::path));
    let path = path.context("no folder for the demo")?;
    let stage = Stage::set(path).await?;
    let mut story = Story::default();
    story.title("Switchyard: one rider, one card, every operator");
    story.say(&format!(
        "The engine listens at {}, Stripe is simulated at {}.",
        stage.base,
        stage.stripe_url()
    ));
    let told = tell(&stage, &mut story).await;
    stage.strike().await;
    told?;
    story.end();
    Ok(if story.all_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    onboard::tell(stage, story).await.context("journey 1 broke off")?;
    travel::tell(stage, story).await.context("journey 2 broke off")?;
    park::tell(stage, story).await.context("journey 3 broke off")?;
    send::tell(stage, story).await.context("journey 4 broke off")?;
    audit::tell(stage, story).await.context("the audit broke off")
}
