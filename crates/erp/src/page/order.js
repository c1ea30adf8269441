// Reads and operates the order form: lookups, lines grid, tabs, saving (facts/erp.md §4.1).
(() => {
  const api = globalThis.__archibald;
  const all = api.all;

  // ---- editors ----------------------------------------------------------------------------------------------------

  // The input of an order field, on whatever tab; lookups of few choices have a dropdown inside.
  api.editor = (field) => {
    const ending = new RegExp(`xaf_dvi${field}_Edit(_dropdown_DD)?_I$`);
    return all('input,textarea').find((input) => ending.test(input.id));
  };

  // An order field's text in view mode; null when there is none.
  api.viewed = (field) => {
    const shown = all(`[id$="xaf_dvi${field}_View"]`)[0];
    return shown ? api.text(shown) : null;
  };

  // The input of a column in the open row of the lines grid.
  api.rowEditor = (field) => {
    const ending = new RegExp(`_edit(new|\\d+)_\\d+_xaf_${field}_Edit_I$`);
    return all('input').find((input) => ending.test(input.id) && api.visible(input));
  };

  // Whether the default discount group is chosen: "N/A" and nothing mean no group.
  api.lineDiscountGroup = () => {
    const input = api.editor('LINEDISC');
    return input ? input.value.trim().replace(/^N\/A$/i, '') : null;
  };

  api.lineDiscountClear = () => {
    const input = api.editor('LINEDISC');
    return input && document.getElementById(input.id.replace(/_I$/, '_B1'));
  };

  // ---- dropdowns of few choices: arrow, the list's items while it is open -----------------------------------------

  const dropdownPart = (field, suffix) => {
    const input = api.editor(field);
    return input && document.getElementById(input.id.replace(/_I$/, suffix));
  };

  api.dropdownArrow = (field) => dropdownPart(field, '_B-1');

  const dropdownItems = (field) => {
    const list = dropdownPart(field, '_DDD_L');
    return list ? [...list.querySelectorAll('td[id*="_LBI"]')].filter(api.visible) : [];
  };

  api.dropdownItem = (field, place) => dropdownItems(field)[place];

  // The texts to choose from; null until the list is open.
  api.dropdownTexts = (field) => {
    const texts = dropdownItems(field).map(api.text);
    return texts.length ? texts : null;
  };

  // ---- lookups: 'customer' on the form, 'article' in the open row -------------------------------------------------

  api.lookupInput = (kind) => (kind === 'customer' ? api.editor('CUSTTABLE') : api.rowEditor('INVENTTABLE'));

  const part = (kind, suffix) => {
    const input = api.lookupInput(kind);
    return input && document.getElementById(input.id.replace(/_I$/, suffix));
  };

  api.lookupArrow = (kind) => part(kind, '_B-1');
  api.lookupSearch = (kind) => part(kind, '_DDD_gv_DXSE_I');
  const lookupTable = (kind) => part(kind, '_DDD_gv_DXMainTable');
  api.lookupIsOpen = (kind) => api.visible(part(kind, '_DDD_PW-1'));

  // What an open lookup at rest shows, with its page; null until it does.
  api.lookupPage = (kind, holdMs) => {
    const table = lookupTable(kind);
    if (!api.lookupIsOpen(kind) || !api.idle(holdMs) || !api.gridFilled(table)) return null;
    const grid = api.gridOf(table);
    const number = (name, otherwise) => (grid && grid[name] ? grid[name]() : otherwise);
    return { table: api.readTable(table), index: number('GetPageIndex', 0), count: number('GetPageCount', 1) };
  };

  api.lookupGoTo = (kind, index) => {
    const grid = api.gridOf(lookupTable(kind));
    if (!grid || !grid.GotoPage) return false;
    api.restart();
    grid.GotoPage(index);
    return true;
  };

  // The first cell of a row: clicking it chooses the row and closes the lookup.
  api.lookupCell = (rowId) => {
    const row = document.getElementById(rowId);
    return row && Array.from(row.children).find((cell) => api.visible(cell));
  };

  // ---- lines ------------------------------------------------------------------------------------------------------

  const linesTable = () => all('table[id*="dviSALESLINEs"][id$="_DXMainTable"]')[0];

  api.linesState = () => {
    const grid = api.gridOf(linesTable());
    if (!grid || !grid.GetRowCount) return null;
    return {
      rows: grid.GetRowCount(),
      editing: grid.IsEditing(),
      page: grid.GetPageIndex ? grid.GetPageIndex() : 0,
      pages: grid.GetPageCount ? Math.max(1, grid.GetPageCount()) : 1,
    };
  };

  api.lines = () => {
    const table = linesTable();
    return table ? api.readTable(table) : null;
  };

  api.linesGoTo = (index) => {
    const grid = api.gridOf(linesTable());
    if (!grid || !grid.GotoPage) return false;
    api.restart();
    grid.GotoPage(index);
    return true;
  };

  // A command of the lines grid: AddNew, UpdateEdit, CancelEdit.
  api.lineCommand = (command) => {
    const table = linesTable();
    return table && all('a[data-args]', table).find((link) => link.dataset.args.includes(`'${command}'`) && api.visible(link));
  };

  // The texts of the open row beside its editors, as a table of one row.
  api.openRow = () => {
    const table = linesTable();
    const row = table && all('tr[id*="editnew"],tr[id*="_DXEditingRow"]', table)[0];
    if (!row) return null;
    const captions = Array.from(table.querySelector('tr[id$="_DXHeadersRow0"]').children).map(api.text);
    const cells = Array.from(row.children).map(api.text);
    const surplus = Math.max(0, cells.length - captions.length);
    return { captions, rows: [{ id: row.id, cells: cells.slice(surplus) }] };
  };

  // After a pressed "Update": stored, or why not.
  api.lineOutcome = (rowsBefore, holdMs) => {
    if (!api.idle(holdMs)) return null;
    const state = api.linesState();
    if (state && !state.editing && state.rows > rowsBefore) return { done: true };
    const errors = api.errors();
    return errors.length ? { done: false, answered: api.answered(), errors } : null;
  };

  // ---- saving -----------------------------------------------------------------------------------------------------

  // What the error panel says, line by line.
  api.errors = () => {
    const panels = all('[id$="_ErrorInfo"]').filter(api.visible);
    const lines = panels.flatMap((panel) => all('.dxeErrorCell,li', panel).map(api.text));
    const texts = lines.length ? lines : panels.map(api.text);
    return texts.filter((text) => text !== '');
  };

  api.ignoreWarnings = () => all('input[id$="_ErrorInfo_Ch_S"],[id$="_ErrorInfo_Ch_S_D"]').find(api.visible);

  api.saveAndClose = () => api.toolbarItem('Salva e chiudi', 'Save and close');

  api.saveArrow = () => {
    const items = all('li[id*="mainMenu_Menu_DXI"]').filter((item) => /_DXI\d+_$/.test(item.id) && api.visible(item));
    const save = items.find((item) => /^(salvare|save)$/i.test(item.title) || /^(salvare|save)(salvare|save)?$/i.test(api.text(item.querySelector('a') || item)));
    return save && (save.querySelector('[id$="_P"]') || null);
  };

  // After the pressed "Salva e chiudi": elsewhere is saved; the error panel says why not.
  api.saveOutcome = (holdMs) => {
    if (!/_DetailViewAgent\//i.test(location.pathname)) {
      return document.readyState === 'complete' ? { saved: true, path: location.pathname + location.search } : null;
    }
    if (!api.pressed || !api.idle(holdMs)) return null;
    const errors = api.errors();
    if (!errors.length) return null;
    return { saved: false, answered: api.answered(), errors, canBeIgnored: !!api.ignoreWarnings() };
  };
})();
