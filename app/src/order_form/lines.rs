//! Lists the lines of the order; each can be taken up again or taken out.

use domain::{DraftLine, LineId, Unready, format_cents, line_amount};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    ids,
    line_fields::{FieldIds, LineFields},
    refusal::LineRefusal,
    state::Form,
    wording::line_text,
};
use crate::{
    components::{Icon, Sign},
    i18n::use_i18n,
};

const FIELDS: FieldIds =
    FieldIds { quantity: ids::EDIT_QUANTITY, discount: "edit-discount", package: "edit-package" };

/// The lines, in the order they were written.
#[component]
pub(super) fn Lines(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Memo::new(move |_| {
        form.draft.with(|draft| draft.lines.iter().map(|line| line.id).collect::<Vec<_>>())
    });
    let heading = move || match lines.with(Vec::len) {
        0 => i18n.get().form_lines().to_owned(),
        count => i18n.get().form_lines_count(count),
    };
    view! {
        <section class="lines" aria-labelledby=ids::LINES>
            <h2 id=ids::LINES tabindex="-1">{heading}</h2>
            <Show when=move || lines.with(Vec::is_empty)>
                <p class="lines-none">{move || i18n.get().form_no_lines()}</p>
            </Show>
            <ol class="plain-list line-list">
                <For each=move || lines.get() key=|id| *id let:id>
                    <Line form id/>
                </For>
            </ol>
        </section>
    }
}

/// One line, or the fields to change it.
#[component]
fn Line(
    /// The form.
    form: Form,
    /// Which.
    id: LineId,
) -> impl IntoView {
    let line =
        Memo::new(move |_| form.draft.with(|draft| draft.lines.iter().find(|line| line.id == id).cloned()));
    let is_edited = Memo::new(move |_| form.editing.get() == Some(id));
    view! {
        <li class="line" class:line-edited=is_edited>
            {move || line.get().map(|line| view! { <LineSummary form line/> })}
            <Show when=move || is_edited.get()>
                <LineEditor form/>
            </Show>
        </li>
    }
}

#[component]
fn LineSummary(
    /// The form.
    form: Form,
    /// The line.
    line: DraftLine,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = line.id;
    let (for_edit, for_delete) = (line.name.clone(), line.name.clone());
    let amount = line.unit_price.is_some().then(|| format_cents(line_amount(&line)));
    let faulty =
        move || form.unready.with(|unready| unready.contains(&Unready::QuantityNotPositive { line: id }));
    let unpriced = line.unit_price.is_none();
    view! {
        <div class="line-text">
            <p class="line-name">{line.name.clone()}</p>
            <p class="line-description">{line.description.clone()}</p>
            <p class="line-sum figures">{move || line_text(i18n.get(), &line)}</p>
            {unpriced.then(|| view! { <p class="line-unpriced">{move || i18n.get().form_line_unpriced()}</p> })}
            <p class="field-problem">{move || faulty().then(|| i18n.get().form_line_quantity_zero())}</p>
            <LineRefusal form id/>
        </div>
        <p class="line-total figures">{amount.unwrap_or_else(|| "–".to_owned())}</p>
        <div class="line-actions">
            <button
                type="button"
                class="button button-bare"
                id=ids::edit_button(id)
                aria-label=move || i18n.get().form_line_edit(&for_edit)
                on:click=move |_| form.edit_line(id)
            >
                <Icon sign=Sign::Edit/>
            </button>
            <button
                type="button"
                class="button button-bare"
                aria-label=move || i18n.get().form_line_delete(&for_delete)
                on:click=move |_| form.delete_line(id)
            >
                <Icon sign=Sign::Delete/>
            </button>
        </div>
    }
}

#[component]
fn LineEditor(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let cancel = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            form.stop_editing();
        }
    };
    view! {
        <div class="line-editor" on:keydown=cancel>
            <LineFields entry=form.edited ids=FIELDS done=move || form.update_line() split=None form>
                <button type="button" class="button" on:click=move |_| form.stop_editing()>
                    {move || i18n.get().form_line_cancel()}
                </button>
                <button type="button" class="button button-main" on:click=move |_| form.update_line()>
                    {move || i18n.get().form_line_update()}
                </button>
            </LineFields>
        </div>
    }
}
