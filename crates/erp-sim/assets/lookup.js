// Makes the order form work: lookups with their popups, editors in the open row, tabs.
(function () {
  'use strict';

  // The lookup filters this long after the last keystroke.
  const FILTER_DELAY_MS = 200;
  // The search box inside a popup searches by itself this long after the last keystroke; Enter does it at once.
  const SEARCH_DELAY_MS = 1200;

  class ASPxClientGridLookup extends ASPxClientControl {
    initialize(options) {
      super.initialize(options);
      clearTimeout(this.timer);
      this.timer = null;
      this.searched = null;
    }
    input() { return document.getElementById(this.name + '_I'); }
    popup() { return document.getElementById(this.name + '_DDD_PW-1'); }
    rows() { return [...(this.popup()?.querySelectorAll('tr[id*="_DXDataRow"]') ?? [])]; }
    focused() { return this.popup()?.querySelector('tr.dxgvFocusedRow') ?? null; }
    GetInputElement() { return this.input(); }
    GetText() { return this.input()?.value ?? ''; }
    GetValue() { return document.getElementById(this.name + '_VI')?.value || null; }
    GetGridView() { return ASPx.find(this.name + '_DDD_gv'); }
    InCallback() { return super.InCallback() || this.timer !== null; }
    IsDroppedDown() { return !!this.popup() && this.popup().style.display !== 'none'; }
    HideDropDown() { if (this.popup()) this.popup().style.display = 'none'; }
    ShowDropDown() {
      if (this.IsDroppedDown() || this.pending > 0) return undefined;
      return ASPx.Callback(this, 'OPEN|');
    }
    later(delay, action) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.timer = null;
        // A keystroke during a callback waits for its end.
        if (this.pending > 0) this.later(delay, action); else action();
      }, delay);
    }
    filter() { this.later(FILTER_DELAY_MS, () => ASPx.Callback(this, 'FILTER|' + this.GetText())); }
    search(text, delay) {
      if (delay === 0 && this.timer === null && text === this.searched) return;
      this.later(delay, () => {
        this.searched = text;
        ASPx.Callback(this, 'SEARCH|' + text);
      });
    }
    move(step) {
      const rows = this.rows();
      const place = rows.indexOf(this.focused()) + step;
      if (!rows[place]) return;
      this.focused()?.classList.remove('dxgvFocusedRow', 'dxgvFocusedRow_XafTheme');
      rows[place].classList.add('dxgvFocusedRow', 'dxgvFocusedRow_XafTheme');
    }
    choose(row) {
      clearTimeout(this.timer);
      this.timer = null;
      this.HideDropDown();
      const key = row.dataset.key;
      if (this.options.kind === 'customer') return ASPx.Callback(this, 'SELECT|' + key);
      return this.grid()?.ask('SELECTARTICLE|' + key);
    }
    grid() {
      const row = this.GetMainElement()?.closest('tr[id*="_DXEditingRow"]');
      return row && ASPx.owner(row, ASPxClientGridView);
    }
    // What was typed but not chosen is forgotten.
    restore() {
      const input = this.input();
      if (input && !this.InCallback()) input.value = input.dataset.text;
    }
  }

  const lookupOf = (element) => {
    const found = element?.id ? ASPx.owner(element, ASPxClientGridLookup) : null;
    return found ?? null;
  };
  const isBox = (lookup, element) => lookup && element.id === lookup.name + '_I';
  const isSearch = (lookup, element) => lookup && element.id === lookup.name + '_DDD_gv_DXSE_I';
  const changesText = (event) => event.key.length === 1 || event.key === 'Backspace' || event.key === 'Delete';

  // Only real keystrokes count: text that is pasted or set by script is not noticed until a key is pressed.
  let keyed = null;
  document.addEventListener('keydown', (event) => {
    const lookup = lookupOf(event.target);
    if (!lookup) return;
    if (isSearch(lookup, event.target)) {
      if (event.key === 'Enter') lookup.search(event.target.value, 0);
      else if (event.isTrusted && changesText(event)) keyed = event.target;
      return;
    }
    if (!isBox(lookup, event.target)) return;
    if (event.isTrusted && changesText(event) && !event.ctrlKey && !event.metaKey) keyed = event.target;
    if (!lookup.IsDroppedDown()) return;
    if (event.key === 'ArrowDown') lookup.move(1);
    else if (event.key === 'ArrowUp') lookup.move(-1);
    else if (event.key === 'Escape') lookup.HideDropDown();
    else if ((event.key === 'Tab' || event.key === 'Enter') && lookup.focused() && !lookup.InCallback()) {
      lookup.choose(lookup.focused());
    }
  });
  document.addEventListener('input', (event) => {
    if (!event.isTrusted || keyed !== event.target) return;
    keyed = null;
    const lookup = lookupOf(event.target);
    if (isSearch(lookup, event.target)) lookup.search(event.target.value, SEARCH_DELAY_MS);
    else if (isBox(lookup, event.target) && lookup.options.kind === 'article') lookup.filter();
  });
  document.addEventListener('focusout', (event) => {
    const lookup = lookupOf(event.target);
    if (isBox(lookup, event.target) && !lookup.IsDroppedDown()) lookup.restore();
  });

  document.addEventListener('click', (event) => {
    const target = event.target;
    if (!target.closest) return;
    const arrow = target.closest('td.dxeLookupButton');
    if (arrow) {
      const lookup = ASPx.find(arrow.id.replace(/_B-1$/, ''));
      if (lookup?.IsDroppedDown()) lookup.HideDropDown(); else lookup?.ShowDropDown();
      return;
    }
    const row = target.closest('[id$="_DDD_PW-1"] tr[id*="_DXDataRow"]');
    if (row) { lookupOf(row)?.choose(row); return; }
    const tab = target.closest('li[data-tab]');
    if (tab) showTab(tab.parentElement, Number(tab.dataset.tab));
  });

  // A changed editor of the open row tells the server at once.
  document.addEventListener('change', (event) => {
    const field = event.target.dataset?.rowEditor;
    if (field) ASPx.owner(event.target, ASPxClientGridView)?.ask('SETVALUE|' + field);
  });

  function showTab(strip, wanted) {
    const id = strip.dataset.tabs;
    const show = (part, index, visible) => {
      const element = document.getElementById(id + part + index);
      if (element) element.style.display = visible ? '' : 'none';
    };
    for (let index = 0; document.getElementById(id + '_T' + index); index += 1) {
      show('_AT', index, index === wanted);
      show('_T', index, index !== wanted);
      show('_C', index, index === wanted);
    }
  }

  Object.assign(window, { ASPxClientGridLookup });
})();
