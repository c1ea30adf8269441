// Makes text boxes and combo boxes work.
(function () {
  'use strict';

  class ASPxClientTextBox extends ASPxClientControl {
    GetInputElement() { return document.getElementById(this.name + '_I'); }
    GetValue() { return this.GetInputElement()?.value ?? null; }
    GetText() { return this.GetInputElement()?.value ?? ''; }
    SetValue(value) { const input = this.GetInputElement(); if (input) input.value = value ?? ''; }
    SetText(text) { this.SetValue(text); }
    Focus() { this.GetInputElement()?.focus(); }
  }

  class ASPxClientComboBox extends ASPxClientTextBox {
    value() { return document.getElementById(this.name + '_VI'); }
    popup() { return document.getElementById(this.name + '_DDD_PW-1'); }
    cells() { return [...document.querySelectorAll(`[id^="${this.name}_DDD_L_LBI"]`)]; }
    GetValue() { return this.value()?.value || null; }
    GetItemCount() { return this.cells().length; }
    GetItem(index) {
      const cell = this.cells()[index];
      return cell ? { index, text: cell.textContent, value: cell.dataset.value } : null;
    }
    GetSelectedIndex() { return this.cells().findIndex((cell) => cell.dataset.value === this.GetValue()); }
    SetSelectedIndex(index) { this.SetValue(this.cells()[index]?.dataset.value); }
    FindItemByValue(value) {
      const index = this.cells().findIndex((cell) => cell.dataset.value === value);
      return index < 0 ? null : this.GetItem(index);
    }
    FindItemByText(text) {
      const index = this.cells().findIndex((cell) => cell.textContent === text);
      return index < 0 ? null : this.GetItem(index);
    }
    IsDroppedDown() { return this.popup()?.style.display !== 'none'; }
    ShowDropDown() { if (this.popup()) this.popup().style.display = ''; }
    HideDropDown() { if (this.popup()) this.popup().style.display = 'none'; }
    show(value) {
      const cell = this.cells().find((one) => one.dataset.value === value);
      if (this.value()) this.value().value = value ?? '';
      const input = this.GetInputElement();
      if (input) input.value = cell ? cell.textContent.trim() : '';
    }
    // By script the value only changes in the browser; on orders the page posts itself and is drawn anew.
    SetValue(value) {
      this.show(value);
      if (this.options.navigates) ASPx.PostBack('globalCallbackControl', 'Vertical$mainMenu|' + this.options.action + '|' + value);
    }
    // By mouse the server hears of it.
    choose(cell) {
      this.show(cell.dataset.value);
      this.HideDropDown();
      if (this.options.filter) {
        RaiseXafCallback(globalCallbackControl, 'Vertical$mainMenu', this.options.action + '|' + cell.dataset.value, '', false);
      }
    }
  }

  ASPx.EValueChanged = function () {};

  // List boxes react to the mouse button, not to a bare click.
  let pressed = null;
  document.addEventListener('mousedown', (event) => {
    pressed = event.target.closest?.('.dxeListBoxItem_XafTheme') ?? null;
    const button = event.target.closest?.('td.dxeButtonEditButton_XafTheme');
    const combo = button && ASPx.find(button.id.replace(/_B-1$/, ''));
    if (combo instanceof ASPxClientComboBox) {
      if (combo.IsDroppedDown()) combo.HideDropDown(); else combo.ShowDropDown();
    }
  });
  document.addEventListener('mouseup', (event) => {
    const cell = event.target.closest?.('.dxeListBoxItem_XafTheme');
    if (!cell || cell !== pressed) return;
    pressed = null;
    const combo = ASPx.find(cell.id.replace(/_DDD_L_LBI\d+T0$/, ''));
    if (combo instanceof ASPxClientComboBox) combo.choose(cell);
  });
  // The cross of a combo empties it: the first entry is "N/A".
  document.addEventListener('click', (event) => {
    const cross = event.target.closest?.('td[id$="_B1"].dxeClear');
    const combo = cross && ASPx.find(cross.id.replace(/_B1$/, ''));
    if (combo instanceof ASPxClientComboBox) combo.show(combo.cells()[0]?.dataset.value ?? '');
  });

  Object.assign(window, { ASPxClientTextBox, ASPxClientComboBox });
})();
