//! Draws tool bars: doubled captions, disabled items, the overflow button, the filter combo (facts/erp.md §2.3, §2.4).

use maud::{Markup, PreEscaped, html};

use crate::{lists::Filter, state::Asker, world::Entity};

/// One item of a tool bar.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The caption, which stands in the page twice.
    pub(crate) caption: String,
    pub(crate) tooltip: String,
    pub(crate) class: &'static str,
    /// What a click runs.
    pub(crate) run: String,
    /// When it can be used.
    pub(crate) needs: Needs,
    /// Entries behind the item's arrow.
    pub(crate) entries: Vec<Item>,
}

/// What must be selected for an item to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    OneRow,
    Rows,
    /// It never works here.
    Never,
}

impl Item {
    /// An item that calls the server without leaving the page.
    pub(crate) fn new(caption: &str, tooltip: &str, index: &str, confirm: &str) -> Self {
        let run = format!(
            "RaiseXafCallback(globalCallbackControl,'Vertical$mainMenu','{index}','{confirm}',false)"
        );
        Self {
            caption: caption.to_owned(),
            tooltip: tooltip.to_owned(),
            class: "",
            run,
            needs: Needs::Nothing,
            entries: Vec::new(),
        }
    }

    pub(crate) fn needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }
}

/// The items of a list's tool bar, in order; the filter combo follows separately.
pub(crate) fn list_items(entity: Entity, asker: &Asker) -> Vec<Item> {
    let (italian, english) = entity.captions();
    let what = asker.say(italian, english);
    let refresh = |index: usize| {
        Item::new(asker.say("Vista", "Refresh"), asker.say("Vista", "Refresh"), &index.to_string(), "")
    };
    let reset = |index: usize| {
        let text = asker.say("Formatta tutte le impostazioni della vista", "Reset view settings");
        Item::new(
            text,
            text,
            &index.to_string(),
            "You are about to reset the view settings. Do you want to proceed?",
        )
    };
    let export = |index: usize| Item {
        class: "dropDownExport",
        run: format!("RaiseXafCallback(globalCallbackControl,'Vertical$mainMenu','{index}','',true)"),
        ..Item::new(
            asker.say("Esportare in", "Export to"),
            asker.say("Esportare in PDF File", "Export to PDF File"),
            &index.to_string(),
            "",
        )
    };
    if !matches!(entity, Entity::Customers | Entity::Orders) {
        let report =
            Item::new(asker.say("Mostra in report", "Show in report"), "", "2", "").needs(Needs::Rows);
        return vec![refresh(0), reset(1), report, export(3)];
    }
    let target = if entity == Entity::Orders {
        "New:Vertical_mainMenu_Menu"
    } else {
        "NewCustomer:Vertical_mainMenu_Menu"
    };
    let new = Item {
        class: "dropDownNew",
        run: format!("RaiseXafCallback(globalCallbackControl,'ACHFCB50331649','{target}','',false)"),
        ..Item::new(asker.say("Nuovo", "New"), &format!("{} {what}", asker.say("Nuovo", "New")), "0", "")
    };
    let delete = "You are about to delete the selected record(s). Do you want to proceed?";
    let delete = Item::new(
        asker.say("Cancellare", "Delete"),
        asker.say("Richiede almeno un oggetto selezionato", "Requires a selection"),
        "1",
        delete,
    )
    .needs(Needs::Rows);
    let edit = Item {
        run:
            "RaiseXafCallback(globalCallbackControl,'ACHFCB50331649','Edit:Vertical_mainMenu_Menu','',false)"
                .to_owned(),
        ..Item::new(asker.say("Modifica", "Edit"), asker.say("Modifica", "Edit"), "2", "")
            .needs(Needs::OneRow)
    };
    let mut items = vec![new, delete, edit];
    if entity == Entity::Orders {
        let clone = "Are you sure to clone the sales order ?";
        let send = "Are you sure to send the order (s) ?";
        items.push(Item::new(asker.say("copia ordine", "clone order"), "", "3", clone).needs(Needs::OneRow));
        items.push(Item::new(asker.say("invia ordine/i", "send order(s)"), "", "4", send).needs(Needs::Rows));
        items.extend([refresh(5), reset(6)]);
    } else {
        let card = Item::new(asker.say("Scheda cliente", "Customer card"), "", "5", "").needs(Needs::OneRow);
        items.extend([refresh(3), reset(4), card]);
    }
    items.push(export(entity.export_index()));
    items
}

/// The tool bar with its menu; `filter` is the combo that stands behind the items.
pub(crate) fn menu(items: &[Item], filter: Option<&(usize, Markup)>, asker: &Asker) -> Markup {
    let overflow = items.len() + usize::from(filter.is_some());
    html! {
        div id="Vertical_mainMenu_Menu" class="dxmLite_XafTheme menuActionContainer" data-adaptive=(overflow) {
            ul class="dx dxm-main dxm-t" {
                @for (index, item) in items.iter().enumerate() {
                    (entry(item, &index.to_string()))
                }
                @if let Some((index, combo)) = filter {
                    li id={ "Vertical_mainMenu_Menu_DXI" (index) "_" } class="dxm-item dxm-tmpl" title="[DATAAREAID] = '400'" { (combo) }
                }
                li id={ "Vertical_mainMenu_Menu_DXI" (overflow) "_" } class="dxm-item dxm-ami" title=(asker.say("Mostra elementi nascosti", "Show hidden items")) {
                    a id={ "Vertical_mainMenu_Menu_DXI" (overflow) "_T" } class="dxm-content" href="javascript:;" { span class="dxm-image" { "…" } }
                }
            }
            div id="Vertical_mainMenu_Menu_DXMA_" class="dxm-popup dxm-overflow" style="display:none" { ul class="dx" {} }
        }
        script id="dxss_Vertical_mainMenu_Menu" {
            (PreEscaped("ASPx.createControl(ASPxClientMenu,'Vertical_mainMenu_Menu','Vertical$mainMenu$Menu',{});"))
        }
    }
}

fn entry(item: &Item, path: &str) -> Markup {
    let id = format!("Vertical_mainMenu_Menu_DXI{path}_");
    let off = matches!(item.needs, Needs::OneRow | Needs::Rows | Needs::Never);
    let needs = match item.needs {
        Needs::Nothing => "",
        Needs::OneRow => "one",
        Needs::Rows => "some",
        Needs::Never => "never",
    };
    let class = format!("dxm-item {}{}", item.class, if off { " dxm-disabled" } else { "" });
    html! {
        li id=(id) class=(class) title=(item.tooltip) data-run=(item.run) data-needs=(needs) {
            a id={ (id) "T" } class=(if off { "dxm-content dxm-hasText dxm-disabled" } else { "dxm-content dxm-hasText" }) href="javascript:;" {
                span { (item.caption) } span class="dx-vam dxm-double" { (item.caption) }
            }
            @if !item.entries.is_empty() {
                div id={ (id) "P" } class="dxm-popOut" { "▾" }
                div id={ "Vertical_mainMenu_Menu_DXM" (path) "_" } class="dxm-popup" style="display:none" {
                    ul class="dx" {
                        @for (index, child) in item.entries.iter().enumerate() { (entry(child, &format!("{path}i{index}"))) }
                    }
                }
            }
        }
    }
}

/// The filter combo inside the tool bar. Choosing works by real mouse events on its items only.
pub(crate) fn filter_combo(entity: Entity, chosen: &str, asker: &Asker) -> Option<(usize, Markup)> {
    let index = entity.filter_index()?;
    let id = format!("Vertical_mainMenu_Menu_ITCNT{index}_xaf_a1_Cb");
    let name = format!("Vertical$mainMenu$Menu$ITCNT{index}$xaf_a1$Cb");
    let value = |filter: &Filter| format!("xaf_xaf_a1{}", filter.value);
    let current = entity.filters().iter().find(|filter| filter.value == chosen)?;
    let navigates = entity == Entity::Orders;
    let create = format!(
        "ASPx.createControl(ASPxClientComboBox,'{id}','{name}',{{action:'{index}',filter:true,navigates:{navigates}}});"
    );
    Some((
        index,
        html! {
            table id=(id) class="dxeButtonEditSys dxeButtonEdit_XafTheme" { tbody { tr {
                td class="dxic" {
                    input type="hidden" id={ (id) "_VI" } name={ (id) "_VI" } value=(value(current));
                    input id={ (id) "_I" } name=(name) class="dxeEditArea_XafTheme" type="text" readonly
                        value=(asker.say(current.italian, current.english));
                }
                td id={ (id) "_B-1" } class="dxeButton dxeButtonEditButton_XafTheme" { img alt="v" src="/Archibald/DXX.axd?v"; }
            } } }
            div id={ (id) "_DDD_PW-1" } class="dxpcDropDown_XafTheme dxpclW" style="display:none" {
                div id={ (id) "_DDD_L" } class="dxeListBox_XafTheme" {
                    table id={ (id) "_DDD_L_LBT" } { tbody {
                        @for (place, filter) in entity.filters().iter().enumerate() {
                            tr class="dxeListBoxItemRow_XafTheme" {
                                td id={ (id) "_DDD_L_LBI" (place) "T0" } class="dxeListBoxItem_XafTheme" data-value=(value(filter)) {
                                    (asker.say(filter.italian, filter.english))
                                }
                            }
                        }
                    } }
                }
            }
            script id={ "dxss_" (id) } { (PreEscaped(create)) }
        },
    ))
}
