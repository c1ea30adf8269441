//! Shows, while a refused order is put right, what Archibald said of it: beside the line it concerns, or over all.

use domain::{DraftId, LineId, PlacementState};
use leptos::{prelude::*, task::spawn_local};

use super::state::Form;
use crate::{
    client,
    components::{Icon, Sign},
    i18n::use_i18n,
    session::use_session,
};

/// What the ERP refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    draft: DraftId,
    reason: String,
    line: Option<LineId>,
}

/// Asks why a draft that is opened from its address came back, if it did. A new one never did.
pub(super) fn follow(form: Form, asked: Memo<Option<DraftId>>) {
    let session = use_session();
    Effect::new(move || {
        form.refusal.set(None);
        let Some(id) = asked.get() else { return };
        spawn_local(async move {
            let Ok(placement) = session.call(|| client::placement(id)).await else { return };
            if let PlacementState::Rejected { reason } = placement.state {
                form.refusal.try_set(Some(Refusal { draft: id, reason, line: placement.refused_line }));
            }
        });
    });
}

/// The ERP's words where they concern no line that is still there.
#[component]
pub(super) fn RefusalNotice(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        form.refusal.with(|refusal| {
            let Refusal { draft: refused, reason, line } = refusal.as_ref()?;
            form.draft.with(|draft| {
                let is_shown_there = line.is_some_and(|line| draft.lines.iter().any(|one| one.id == line));
                (draft.id == *refused && !is_shown_there).then(|| reason.clone())
            })
        })
    };
    move || {
        words().map(|reason| {
            view! {
                <div class="notice notice-danger" role="alert">
                    <Icon sign=Sign::Warning/>
                    <p>{move || i18n.get().concern_refused_line(&reason)}</p>
                </div>
            }
        })
    }
}

/// The ERP's words about this line.
#[component]
pub(super) fn LineRefusal(
    /// The form.
    form: Form,
    /// The line.
    id: LineId,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        form.refusal.with(|refusal| {
            refusal.as_ref().filter(|refusal| refusal.line == Some(id)).map(|refusal| refusal.reason.clone())
        })
    };
    view! {
        <p class="field-problem" role="status">{move || words().map(|reason| i18n.get().concern_refused_line(reason))}</p>
    }
}
