//! Shows one customer for reading (facts/erp.md §2.2); a broken record ends at the error page.

use std::sync::Arc;

use axum::http::StatusCode;
use maud::html;

use super::{Answer, frame};
use crate::{
    columns::Row,
    reply::Reply,
    session::{Session, View, lock},
    state::{Asker, Shared},
    world::Entity,
};

/// The customer's page.
pub(crate) fn page(shared: &Arc<Shared>, session: &mut Session, id: u64, asker: &Asker) -> Answer {
    let number = shared.render_number();
    let records = lock(&shared.records);
    let Some(record) = records.customers.get(&id) else {
        return Answer::from(Reply::Status(StatusCode::NOT_FOUND));
    };
    if record.broken {
        return Answer::from(Reply::Redirect("/Archibald/Error.aspx".to_owned()));
    }
    session.remember(number, View::Plain);
    let view = html! {
        div id={ "Vertical_v12_" (number) "_VSP" } {
            table class="LayoutTable" { tbody {
                @for head in Entity::Customers.heads() {
                    @let field = head.field.split('.').next().unwrap_or_default();
                    tr {
                        td class="Caption" { (head.caption(asker.locale)) }
                        td { span id={ "Vertical_v12_" (number) "_MainLayoutEdit_xaf_l1_pg_xaf_l20_xaf_dvi" (field) "_View" } {
                            (record.cell(head.field, asker.locale))
                        } }
                    }
                }
            } }
        }
    };
    let address = format!("/Archibald/CUSTTABLE_DetailView/{id}/?mode=View");
    let page = frame::application(asker, &record.customer.name, &address, number, &html! {}, &view);
    Answer::from(Reply::Page(page))
}
