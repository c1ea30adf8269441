// Makes tool bars work: items, arrows, what does not fit, the search box.
(function () {
  'use strict';

  // Narrower than this the export and the filter move behind the "…" item, widest first (facts: they are visible at
  // 1440 pixels and may be hidden at 1280).
  const ROOMY_PX = 1366;

  class ASPxClientMenu extends ASPxClientControl {
    initialize(options) {
      super.initialize(options);
      this.adapt();
      this.refreshNeeds();
    }
    items() { return [...(this.GetMainElement()?.querySelectorAll('li.dxm-item') ?? [])]; }
    GetItemCount() { return this.items().length; }
    adapt() {
      const main = this.GetMainElement();
      if (!main || main.dataset.adaptive === undefined) return;
      const overflow = main.querySelector('.dxm-overflow > ul');
      const more = main.querySelector('.dxm-ami');
      const bar = main.querySelector('ul.dxm-main');
      const narrow = window.innerWidth < ROOMY_PX;
      const moving = [...main.querySelectorAll('li.dxm-tmpl, li.dropDownExport')];
      for (const item of moving) {
        if (narrow) overflow.append(item); else bar.insertBefore(item, more);
      }
      more.style.display = narrow && moving.length > 0 ? '' : 'none';
      main.querySelector('.dxm-overflow').style.display = 'none';
    }
    // Items that need selected rows are disabled until there are some.
    refreshNeeds() {
      const selected = Number(document.querySelector('[data-selected]')?.dataset.selected ?? 0);
      for (const item of this.items()) {
        const needs = item.dataset.needs;
        if (!needs) continue;
        const usable = needs === 'some' ? selected > 0 : needs === 'one' ? selected === 1 : false;
        item.classList.toggle('dxm-disabled', !usable);
        item.firstElementChild?.classList.toggle('dxm-disabled', !usable);
      }
    }
  }

  const toggle = (element) => { element.style.display = element.style.display === 'none' ? '' : 'none'; };

  document.addEventListener('click', (event) => {
    const target = event.target;
    if (!target.closest) return;
    const arrow = target.closest('.dxm-popOut');
    if (arrow) {
      toggle(arrow.parentElement.querySelector('.dxm-popup'));
      return;
    }
    const item = target.closest('li.dxm-item');
    if (!item || target.closest('.dxm-tmpl')) return;
    if (item.classList.contains('dxm-ami')) {
      toggle(item.closest('[data-adaptive]').querySelector('.dxm-overflow'));
    } else if (!item.classList.contains('dxm-disabled') && item.dataset.run) {
      item.closest('.dxm-popup')?.style.setProperty('display', 'none');
      (0, eval)(item.dataset.run);
    }
  });

  const allMenus = (action) => ASPx.GetControlCollection().GetControlsByType(ASPxClientMenu).forEach(action);
  document.addEventListener('dx:applied', () => allMenus((menu) => menu.refreshNeeds()));
  window.addEventListener('resize', () => allMenus((menu) => menu.adapt()));

  // The search box of lists: Enter or the glass searches, the cross clears.
  ASPx.searchBox = function (id) {
    const input = document.getElementById(id + '_I');
    const search = () => RaiseXafCallback(globalCallbackControl, 'Vertical$SearchAC', '0', '', false);
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') search(); });
    document.getElementById(id + '_B1').addEventListener('click', search);
    document.getElementById(id + '_B0').addEventListener('click', () => { input.value = ''; search(); });
  };

  Object.assign(window, { ASPxClientMenu });
})();
