//! `[limits]`: how long things may take. Everything else that is bounded is bounded in `proxy::limits`.

use std::time::Duration;

use proxy::limits::{CALL_TIME_MAX, EXCHANGE_TIME_MAX};
use proxy::target::CallLimits;
use rules::diagnostics::Code;
use rules::document::Section;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// One target call.
    pub calls: CallLimits,
    /// One exchange, target calls included; below the 60 s after which IdPs give up (idp-dialects row 62).
    pub exchange: Duration,
}

/// `None` only if a problem was noted.
pub(super) fn limits(root: &Section<'_>) -> Option<Limits> {
    let default = Limits { calls: CallLimits::default(), exchange: EXCHANGE_TIME_MAX };
    let Some(section) = root.section("limits") else { return root.value("limits").is_none().then_some(default) };
    let secs = |key: &'static str, most: usize, default: Duration| {
        let given = section.number(key, 1..=most).and_then(|secs| u64::try_from(secs).ok());
        given.map_or(default, Duration::from_secs)
    };
    let exchange = secs("exchange_secs", 45, EXCHANGE_TIME_MAX);
    let call = secs("call_secs", 45, CALL_TIME_MAX.min(exchange));
    if call > exchange {
        let help = format!("write `call_secs = {}` or less", exchange.as_secs());
        section.report(Code::Range, section.span, "a call would be given more time than its exchange", help);
    }
    section.finish();
    Some(Limits { calls: CallLimits { time_max: call, ..default.calls }, exchange })
}
