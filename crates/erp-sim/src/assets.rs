//! Serves the scripts, styles and images under the addresses of the vendor's handlers.

use crate::{reply::Reply, visit::Visit};

/// The client library: enough of the vendor's objects for pages and bots.
const SCRIPT: &str = concat!(
    include_str!("../assets/core.js"),
    include_str!("../assets/editors.js"),
    include_str!("../assets/menu.js"),
    include_str!("../assets/grid.js"),
    include_str!("../assets/lookup.js"),
);

const STYLE: &str = include_str!("../assets/theme.css");

const IMAGE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="12" height="12" x="2" y="2" rx="2" fill="#8a94a6"/></svg>"##;

/// The address of the script, as pages name it.
pub(crate) const SCRIPT_ADDRESS: &str = concat!("/Archibald/DXR.axd?r=1_304-", env!("CARGO_PKG_VERSION"));

/// The address of the style sheet, as pages name it.
pub(crate) const STYLE_ADDRESS: &str = concat!("/Archibald/DXR.axd?r=0_76-", env!("CARGO_PKG_VERSION"));

/// The asset at an address, if it is one; assets need no session.
pub(crate) fn find(visit: &Visit) -> Option<Reply> {
    let script = Reply::Asset { media_type: "text/javascript; charset=utf-8", bytes: SCRIPT.as_bytes() };
    let style = Reply::Asset { media_type: "text/css; charset=utf-8", bytes: STYLE.as_bytes() };
    let image = Reply::Asset { media_type: "image/svg+xml", bytes: IMAGE.as_bytes() };
    match visit.path.as_str() {
        "/Archibald/DXR.axd" if visit.raw_query.starts_with("r=1_") => Some(script),
        "/Archibald/DXR.axd" => Some(style),
        "/Archibald/DXX.axd" | "/favicon.ico" => Some(image),
        "/Archibald/WebResource.axd" => Some(Reply::Asset { media_type: "text/javascript", bytes: b"" }),
        _ => None,
    }
}
