//! stub
pub(crate) async fn demo(_: crate::config::DemoArgs) -> anyhow::Result<std::process::ExitCode> {
    Ok(std::process::ExitCode::SUCCESS)
}
