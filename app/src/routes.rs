//! Names the pages' addresses once.

/// Sign-in.
pub const LOGIN: &str = "/login";
/// The order form.
pub const NEW_ORDER: &str = "/orders/new";
/// Drafts and placements.
pub const DRAFTS: &str = "/drafts";
/// The agent's orders.
pub const ORDERS: &str = "/orders";
/// The state of synchronisation.
pub const SYNC: &str = "/sync";

/// The report on articles and prices.
pub const CATALOG: &str = "/catalog";

/// Where to go after signing in: `next` if it is one of our own pages, the order form otherwise. Anything else could
/// send the agent to a stranger's site.
pub fn after_login(next: Option<&str>) -> &str {
    let ours = |path: &&str| {
        [NEW_ORDER, DRAFTS, ORDERS, SYNC, CATALOG]
            .iter()
            .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('?')))
    };
    next.filter(ours).unwrap_or(NEW_ORDER)
}

/// The sign-in page that leads back to `page`.
pub fn login_before(page: &str) -> String {
    let next = after_login(Some(page));
    let escaped: String = next
        .chars()
        .map(|letter| match letter {
            '?' => "%3F".to_owned(),
            '=' => "%3D".to_owned(),
            '&' => "%26".to_owned(),
            letter => letter.to_string(),
        })
        .collect();
    format!("{LOGIN}?next={escaped}")
}

/// The order form with a draft to go on with.
pub fn edit_draft(draft: domain::DraftId) -> String {
    format!("{NEW_ORDER}?draft={draft}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_follow_a_sign_in() {
        assert_eq!(after_login(Some("/drafts")), "/drafts");
        assert_eq!(after_login(Some("/orders")), "/orders");
        assert_eq!(after_login(Some("/orders/new?draft=1")), "/orders/new?draft=1");
        for stranger in ["https://example.org/", "//example.org/drafts", "/draftsman", "/login", ""] {
            assert_eq!(after_login(Some(stranger)), NEW_ORDER, "{stranger}");
        }
        assert_eq!(after_login(None), NEW_ORDER);
        assert_eq!(login_before("/orders/new?draft=1"), "/login?next=/orders/new%3Fdraft%3D1");
    }
}
