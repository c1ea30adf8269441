// Reads and operates list views: filter, search box, grid, tool bar (facts/erp.md §2.2–2.7).
(() => {
  const api = globalThis.__archibald;
  const all = api.all;

  // ---- grids ------------------------------------------------------------------------------------------------------

  // The main table of the view's own grid; popups and nested grids live elsewhere or deeper.
  api.mainTable = () => all('#viewSite table[id$="_DXMainTable"], table[id$="_LE_v11_DXMainTable"]').find(api.visible);

  api.gridOf = (table) => (table ? globalThis[table.id.replace(/_DXMainTable$/, '')] : undefined);

  const cellsOf = (row) => Array.from(row.children).filter((cell) => cell.tagName === 'TD' || cell.tagName === 'TH');
  const isCommand = (cell) => /dxgvCommandColumn|ActionCell|XCC/.test(cell.className) || cell.getAttribute('iscommand') === 'true';

  // A grid as captions and rows of text. Command columns carry no data and are left out on both sides.
  api.readTable = (table) => {
    const id = table.id.replace(/_DXMainTable$/, '');
    const header = table.querySelector('tr[id$="_DXHeadersRow0"]');
    const captions = header ? cellsOf(header).filter((cell) => !isCommand(cell)).map(api.text) : [];
    const body = all('tr[id*="_DXDataRow"]', table).filter((row) => row.id.startsWith(`${id}_DXDataRow`));
    const rows = body.map((row) => {
      const cells = cellsOf(row).filter((cell) => !isCommand(cell));
      return { id: row.id, cells: cells.slice(Math.max(0, cells.length - captions.length)).map(api.text) };
    });
    return { captions, rows };
  };

  // Whether the grid shows what it has: rows with text, or the row that says there are none.
  api.gridFilled = (table) => {
    if (!table) return false;
    if (all('tr[id$="_DXEmptyRow"],tr[class*="dxgvEmptyDataRow"]', table).length) return true;
    const first = table.querySelector('tr[id*="_DXDataRow"]');
    if (!first) return false;
    return cellsOf(first).some((cell) => !isCommand(cell) && api.text(cell) !== '');
  };

  // The number of records the footer counts; null without such a footer.
  api.footerCount = () => {
    const table = api.mainTable();
    const footer = table && (table.querySelector('tr[id$="_DXFooterRow"]') || document.querySelector('tr[id$="_DXFooterRow"]'));
    const match = footer && /Count=([\d.,\u00a0 ]+)/.exec(api.text(footer));
    return match ? Number(match[1].replace(/\D/g, '')) : null;
  };

  // The number of records by the pager's summary, for lists whose footer counts none; null without such a summary.
  api.pagerCount = () => {
    const table = api.mainTable();
    const pager = table && document.getElementById(table.id.replace(/_DXMainTable$/, '_DXPagerBottom'));
    const match = pager && /\(([\d.,\u00a0 ]+) (items|elementi)\)/i.exec(api.text(pager));
    return match ? Number(match[1].replace(/\D/g, '')) : null;
  };

  // Starts removing the grid's own filter; it persists in the user's profile and nothing on screen tells for sure.
  api.clearGridFilter = () => {
    const grid = api.gridOf(api.mainTable());
    if (!grid || !grid.ClearFilter) return false;
    api.restart();
    grid.ClearFilter();
    return true;
  };

  // Starts going to the first page from a later one; false on the first.
  api.leaveLaterPage = () => {
    const grid = api.gridOf(api.mainTable());
    if (!grid || !grid.GetPageIndex || !grid.GotoPage || !(grid.GetPageIndex() > 0)) return false;
    api.restart();
    grid.GotoPage(0);
    return true;
  };

  // Asks when each row of this page was modified. On most lists the grid seems busy for ever after this.
  let moments = null;
  api.askForChanges = () => {
    const grid = api.gridOf(api.mainTable());
    if (!grid || !grid.GetPageRowValues) return false;
    moments = null;
    grid.GetPageRowValues('MODIFIEDDATETIME', (values) => {
      moments = Array.from(values || []).flat();
    });
    return true;
  };

  // The answers that are moments, as the ERP's clock showed them.
  api.changes = () => {
    const two = (number) => String(number).padStart(2, '0');
    const spelt = (at) =>
      `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
    return moments && moments.filter((moment) => moment instanceof Date && !Number.isNaN(moment.getTime())).map(spelt);
  };

  // ---- filter combo -----------------------------------------------------------------------------------------------

  api.filterBox = () => all('input[id*="mainMenu_Menu_ITCNT"][id$="_Cb_I"]')[0];

  const filterValue = (box) => {
    const control = api.control(box);
    const value = control && control.GetValue ? control.GetValue() : undefined;
    if (value !== undefined && value !== null) return String(value);
    const hidden = document.getElementById(box.id.replace(/_I$/, '_VI'));
    return hidden ? hidden.value : '';
  };

  api.filterIs = (ending) => {
    const box = api.filterBox();
    return !!box && filterValue(box).endsWith(ending);
  };

  // The value that is chosen; empty without a filter.
  api.filterNow = () => {
    const box = api.filterBox();
    return box ? filterValue(box) : '';
  };

  api.filterArrow = () => {
    const box = api.filterBox();
    return box && (document.getElementById(box.id.replace(/_I$/, '_B-1')) || box);
  };

  // The first entry of the open dropdown whose value passes.
  const entry = (passes) => {
    const box = api.filterBox();
    if (!box) return null;
    const list = box.id.replace(/_I$/, '_DDD_L');
    const control = api.control(box);
    for (const cell of all(`td[id^="${list}_LBI"]`)) {
      const number = Number(/_LBI(\d+)T\d+$/.exec(cell.id)?.[1]);
      const item = control && control.GetItem ? control.GetItem(number) : null;
      if (item && passes(String(item.value))) return cell;
    }
    return null;
  };

  api.filterEntry = (ending) => entry((value) => value.endsWith(ending));

  api.otherFilterEntry = (ending) => entry((value) => !value.endsWith(ending));

  // ---- search box -------------------------------------------------------------------------------------------------

  api.searchBox = () => all('input[id*="_SearchAC_Menu_ITCNT0_xaf_a"][id$="_Ed_I"]').find(api.visible);

  // What is searched for; the hint that an empty box shows is nothing.
  api.searchText = () => {
    const box = api.searchBox();
    if (!box) return '';
    const text = box.value.trim();
    return /^(inserire testo di ricerca|enter text to search)/i.test(text) ? '' : text;
  };

  // ---- REST API ---------------------------------------------------------------------------------------------------

  // Asks for the customers changed since a moment; the status, and the body of a success.
  api.askApi = async ({ path, since, limit, credentials, ms }) => {
    const address = new URL(path, location.origin);
    if (since) address.searchParams.set('modified_since', since);
    address.searchParams.set('limit', limit);
    const authorization = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(credentials)))}`;
    const answer = await fetch(address, {
      headers: { accept: 'application/json', authorization },
      signal: AbortSignal.timeout(ms),
      cache: 'no-store',
    });
    return { status: answer.status, body: answer.ok ? await answer.text() : '' };
  };

  // ---- tool bar ---------------------------------------------------------------------------------------------------

  const menuItems = () => all('li[id*="mainMenu_Menu_DXI"]');
  const link = (item) => item.querySelector(`a[id="${item.id}T"], a[id$="_T"]`) || item;

  // A tool bar item by its caption, as something to press; null while it is hidden or disabled.
  api.toolbarItem = (...captions) => {
    const wanted = captions.map((caption) => caption.toLowerCase());
    const matches = (item) => {
      const words = `${api.text(link(item))} ${item.title || ''}`.toLowerCase();
      return wanted.some((caption) => words.includes(caption));
    };
    const item = menuItems().find((each) => matches(each) && api.visible(each) && !api.disabled(each));
    return item ? link(item) : null;
  };

  // What may come instead of a file when the export item is pressed; a banner that was taken note of does not count.
  const banners = () =>
    all('[id$="_ErrorInfo"]').filter(
      (panel) => !panel.dataset.taken && /requested objects cannot be loaded/i.test(api.text(panel)),
    );

  api.exportBanner = () => banners().length > 0;

  api.takeExportBanner = () => {
    const found = banners();
    for (const panel of found) panel.dataset.taken = 'true';
    return found.length > 0;
  };

  api.overflowItem = () => {
    const button = menuItems().find(
      (item) =>
        api.visible(item) &&
        (/adaptive|dxm-ami/i.test(item.className + item.innerHTML) ||
          /^(\.\.\.|…)+$/.test(api.text(item).replace(/\s/g, '')) ||
          /show hidden items/i.test(item.title + item.innerHTML)),
    );
    return button ? link(button) : null;
  };
})();
