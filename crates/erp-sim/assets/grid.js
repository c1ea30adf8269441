// Makes grids work: paging, selecting, values, columns, inline editing.
(function () {
  'use strict';

  // Moments come as their parts.
  const dated = (value) => {
    if (Array.isArray(value)) return value.map(dated);
    return value && value.date ? new Date(...value.date) : value;
  };

  class ASPxClientGridView extends ASPxClientControl {
    initialize(options) {
      super.initialize(options);
      this.stateObject = options.stateObject ?? { keys: [] };
      for (const key of ['pageRowCount', 'pageRowSize', 'pageIndex', 'pageCount', 'cpObjectKeys', 'cpFastCallbackObjects']) {
        this[key] = options[key];
      }
      this.editing = options.editing ?? null;
    }
    // A second call while the first is under way locks the grid until the page is loaded anew.
    ask(parameter) {
      if (this.pending > 0 && this.options.inline) {
        this.deadlocked = true;
        return Promise.resolve(null);
      }
      return ASPx.Callback(this, parameter);
    }
    columns() { return this.options.columns ?? []; }
    GetColumnCount() { return this.columns().length; }
    GetColumnsCount() { return this.columns().length; }
    GetColumn(index) { return this.columns()[index] ?? null; }
    GetColumnByField(field) { return this.columns().find((column) => column.fieldName === field) ?? null; }
    GetPageIndex() { return this.pageIndex; }
    GetPageCount() { return this.pageCount; }
    GetPageSize() { return this.pageRowSize; }
    GetRowCount() { return this.options.rowCount; }
    GetVisibleRowsOnPage() { return this.pageRowCount; }
    GetTopVisibleIndex() { return this.options.visibleStartIndex; }
    GetRowKey(index) { return this.stateObject.keys[index - this.options.visibleStartIndex] ?? null; }
    GetRow(index) { return document.getElementById(this.name + '_DXDataRow' + index); }
    GotoPage(index) { return this.ask('PAGERONCLICK|PN' + index); }
    NextPage() { return this.ask('PAGERONCLICK|PBN'); }
    PrevPage() { return this.ask('PAGERONCLICK|PBP'); }
    SetPageSize(size) { return this.ask('PAGESIZE|' + size); }
    ClearFilter() { return this.ask('CLEARFILTER|'); }
    Refresh() { return this.ask('REFRESH|'); }
    PerformCallback(parameter) { return this.ask('CUSTOM|' + (parameter ?? '')); }
    SelectRow(index) { return this.ask('SELECT|' + this.GetRowKey(index)); }
    SelectRowOnPage(index) { return this.SelectRow(index); }
    GetSelectedRowCount() { return Number(document.querySelector('[data-selected]')?.dataset.selected ?? 0); }
    // Most grids never say afterwards that they are done.
    async values(parameter, callback) {
      const value = await ASPx.Callback(this, parameter, { quiet: true });
      if (this.options.valuesHang) this.pending += 1;
      callback?.(dated(value));
    }
    GetRowValues(index, fields, callback) { return this.values('ROWVALUES|' + index + '|' + fields, callback); }
    GetPageRowValues(fields, callback) { return this.values('PAGEROWVALUES|' + fields, callback); }
    AddNewRow() { return this.ask('ADDNEW|'); }
    UpdateEdit() { return this.ask('UPDATEEDIT|'); }
    CancelEdit() { return this.ask('CANCELEDIT|'); }
    StartEditRow(index) { return this.ask('STARTEDIT|' + index); }
    DeleteRow(index) { return this.ask('DELETEROW|' + index); }
    IsEditing() { return this.editing !== null; }
    IsNewRowEditing() { return this.editing === 'new'; }
    chooser() { return document.getElementById(this.name + '_DXCDWindow'); }
    ShowCustomizationDialog() { if (this.chooser()) this.chooser().style.display = ''; }
    ShowCustomizationWindow() { this.ShowCustomizationDialog(); }
    HideCustomizationDialog() { if (this.chooser()) this.chooser().style.display = 'none'; }
    applyColumns() {
      const shown = [...this.chooser().querySelectorAll('[data-shown="true"]')].map((eye) => eye.closest('li').dataset.field);
      return this.ask('COLUMNS|' + shown.join(';'));
    }
    // What buttons and cells in rows ask for.
    run([command, ...rest]) {
      switch (command) {
        case 'Select': return this.SelectRow(rest[0]);
        case 'AddNew': return this.AddNewRow();
        case 'UpdateEdit': return this.UpdateEdit();
        case 'CancelEdit': return this.CancelEdit();
        case 'StartEdit': return this.StartEditRow(rest[0]);
        case 'Delete': return this.DeleteRow(rest[0]);
        case 'CustomButton':
          return this.options.inline ? this.StartEditRow(rest[1]) : this.ask('EDITOBJECT|' + this.GetRowKey(rest[1]));
        default: return undefined;
      }
    }
  }

  ASPx.GVScheduleCommand = (id, command) => ASPx.find(id)?.run(command);
  ASPx.GVPagerOnClick = (id, argument) => ASPx.find(id)?.ask('PAGERONCLICK|' + argument);
  ASPx.GVFilterChanged = () => {};
  ASPx.POnPageSizeBlur = (id) => {
    const grid = ASPx.find(id.replace(/_DXPagerBottom$/, ''));
    const size = Number(document.getElementById(id + '_PSI')?.value);
    if (grid && size && size !== grid.GetPageSize()) grid.SetPageSize(size);
  };

  function pagerClick(target) {
    const box = target.closest('.dxp-comboBox');
    if (box) {
      const menu = box.parentElement.querySelector('.dxp-sizes');
      menu.style.display = menu.style.display === 'none' ? '' : 'none';
      return true;
    }
    const size = target.closest('.dxp-sizes > li');
    if (size) {
      const id = size.id.replace(/_PSP_DXI\d+_$/, '');
      document.getElementById(id + '_PSI').value = size.textContent;
      ASPx.POnPageSizeBlur(id);
      return true;
    }
    return false;
  }

  function chooserClick(target) {
    const window = target.closest('.dxgvCustomization_XafTheme');
    if (!window) return false;
    const grid = ASPx.find(window.id.replace(/_DXCDWindow$/, ''));
    const eye = target.closest('[data-shown]');
    if (eye) {
      const shown = eye.dataset.shown !== 'true';
      eye.dataset.shown = String(shown);
      eye.classList.toggle('gvCOColumnHide_XafTheme', shown);
      eye.classList.toggle('gvCOColumnShow_XafTheme', !shown);
      window.querySelector('[data-chooser="apply"]').classList.remove('dxbButtonDisabled');
    }
    const button = target.closest('[data-chooser]');
    if (button?.dataset.chooser === 'apply' && !button.classList.contains('dxbButtonDisabled')) grid.applyColumns();
    if (button?.dataset.chooser === 'cancel') grid.HideCustomizationDialog();
    return true;
  }

  document.addEventListener('click', (event) => {
    const target = event.target;
    if (!target.closest || pagerClick(target) || chooserClick(target)) return;
    const button = target.closest('a[data-args]');
    if (button) {
      const [command] = JSON.parse(button.dataset.args.replaceAll("'", '"'));
      ASPx.owner(button, ASPxClientGridView)?.run(command);
      return;
    }
    // A click into a row of a list opens the record.
    const row = target.closest('tr[id*="_DXDataRow"]');
    const grid = row && ASPx.owner(row, ASPxClientGridView);
    if (!grid || grid.options.inline || target.closest('[iscommand], a, input')) return;
    if (grid.GetMainElement()?.classList.contains('GridView')) grid.ask('SHOWOBJECT|' + row.dataset.key);
  });

  document.addEventListener('contextmenu', (event) => {
    const header = event.target.closest?.('td.dxgvHeader_XafTheme');
    const grid = header && ASPx.owner(header, ASPxClientGridView);
    if (grid && !grid.options.inline) { event.preventDefault(); grid.ShowCustomizationDialog(); }
  });

  Object.assign(window, { ASPxClientGridView });
})();
