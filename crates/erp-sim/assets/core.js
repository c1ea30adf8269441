// Carries the vendor's client objects: the control registry, callbacks to the server, the loading panel.
(function () {
  'use strict';

  const controls = new Map();

  const collection = {
    elements: {},
    ForEachControl(action, context) { for (const control of [...controls.values()]) action.call(context, control); },
    GetByName(name) { return controls.get(name) ?? null; },
    Get(name) { return controls.get(name) ?? null; },
    GetControlsByType(type) { return [...controls.values()].filter((control) => control instanceof type); },
    GetControlsByPredicate(predicate) { return [...controls.values()].filter(predicate); },
  };

  class ASPxClientControl {
    constructor(id, uniqueId) {
      this.name = id;
      this.uniqueID = uniqueId || id;
      this.pending = 0;
    }
    // Called when the control is made and again whenever the server has drawn it anew.
    initialize(options) { this.options = options; }
    InCallback() { return this.pending > 0; }
    GetMainElement() { return document.getElementById(this.name); }
    GetVisible() { const element = this.GetMainElement(); return !!element && element.style.display !== 'none'; }
    static GetControlCollection() { return collection; }
    static Cast(value) { return typeof value === 'string' ? controls.get(value) : value; }
  }

  class ASPxClientCallback extends ASPxClientControl {
    PerformCallback(parameter) { return ASPx.Callback(this, parameter); }
    SendCallback(parameter) { return ASPx.Callback(this, parameter); }
  }

  class ASPxClientPopupControl extends ASPxClientControl {
    IsVisible() { return !!document.getElementById(this.name + '_PW-1'); }
    Hide() {
      for (const part of ['_PW-1', '_DXPWMB-1']) document.getElementById(this.name + part)?.remove();
    }
  }

  let loading = 0;
  function showLoading(step) {
    loading += step;
    const display = loading > 0 ? '' : 'none';
    for (const id of ['ctl01', 'ctl01_LD']) {
      const element = document.getElementById(id);
      if (element) element.style.display = display;
    }
  }

  function report(text) {
    const panel = document.querySelector('[id$="_ErrorInfo"]');
    if (!panel) return;
    panel.textContent = '';
    const cell = document.createElement('div');
    cell.className = 'dxeErrorCell error';
    cell.textContent = text;
    panel.append(cell);
  }

  function runScripts(root) {
    const scripts = root.matches?.('script') ? [root] : [...root.querySelectorAll('script')];
    for (const script of scripts) (0, eval)(script.textContent);
  }

  function forgetGone() {
    for (const [id, control] of controls) {
      const popup = control instanceof ASPxClientPopupControl;
      const virtual = control instanceof ASPxClientCallback || popup;
      if (!virtual && !document.getElementById(id) && control.pending === 0) {
        controls.delete(id);
        delete collection.elements[id];
        delete window[id];
      }
    }
  }

  function apply(answer) {
    const active = document.activeElement;
    const focus = active && active.id ? { id: active.id, value: active.value } : null;
    for (const [id, html] of answer.updates) {
      const old = document.getElementById(id);
      if (!old) continue;
      const holder = document.createElement('template');
      holder.innerHTML = html;
      const fresh = [...holder.content.childNodes];
      old.replaceWith(...fresh);
      for (const node of fresh) if (node.nodeType === 1) runScripts(node);
    }
    forgetGone();
    if (answer.address) history.replaceState(null, '', answer.address);
    if (focus && document.activeElement?.id !== focus.id) document.getElementById(focus.id)?.focus();
    document.dispatchEvent(new Event('dx:applied'));
    if (answer.redirect) location.href = answer.redirect;
  }

  // Posts the whole form, as WebForms do, with the control that asks and what it asks for.
  async function callback(control, parameter, options) {
    const form = document.getElementById('form1');
    document.getElementById('ClientServerParams').value = 'lang=' + navigator.language;
    const body = new URLSearchParams(new FormData(form));
    body.set('__CALLBACKID', control.uniqueID);
    body.set('__CALLBACKPARAM', 'c0:' + parameter);
    control.pending += 1;
    if (!options?.quiet) showLoading(1);
    let leaving = false;
    try {
      const response = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' });
      if (response.redirected) {
        leaving = true;
        location.href = response.url;
        return null;
      }
      if (!response.ok) throw new Error('Callback request failed due to an internal server error (' + response.status + ')');
      const text = await response.text();
      const start = text.indexOf('/*DX*/(');
      if (start < 0) throw new Error('Callback request failed: the answer was not understood');
      const answer = JSON.parse(text.slice(start + 7, -1));
      leaving = !!answer.redirect;
      if (control.deadlocked) return null;
      apply(answer);
      return answer.value === undefined ? null : answer.value;
    } catch (error) {
      report(error.message);
      return null;
    } finally {
      if (!leaving && !control.deadlocked) {
        control.pending -= 1;
        if (!options?.quiet) showLoading(-1);
        forgetGone();
      }
    }
  }

  // A full post-back of the form. The answer may be a page, or a file that leaves the page as it is.
  function postBack(target, argument) {
    const form = document.getElementById('form1');
    document.getElementById('ClientServerParams').value = 'lang=' + navigator.language;
    const set = (id, value) => { document.getElementById(id).value = value; };
    set('__EVENTTARGET', target);
    set('__EVENTARGUMENT', argument);
    form.submit();
    set('__EVENTTARGET', '');
    set('__EVENTARGUMENT', '');
  }

  const ASPx = {
    GetControlCollection: () => collection,
    Callback: callback,
    PostBack: postBack,
    createControl(type, id, uniqueId, options) {
      let control = controls.get(id);
      if (!control) {
        control = new type(id, uniqueId);
        controls.set(id, control);
        collection.elements[id] = control;
        window[id] = control;
      }
      control.uniqueID = uniqueId || id;
      control.initialize(options || {});
      return control;
    },
    find: (id) => controls.get(id),
    // The control that an element inside it belongs to: ids of parts begin with the control's id, the longest wins.
    owner(element, type) {
      let best = null;
      for (const control of controls.values()) {
        const inside = control instanceof type && element.id.startsWith(control.name + '_');
        if (inside && (!best || control.name.length > best.name.length)) best = control;
      }
      return best;
    },
    AddDisabledItems() {},
    RowHover(row, over) {
      row.className = over ? row.className + ' over' : row.className.replace(' over', '');
    },
    // Enter in a page with one button presses it.
    submitByEnter(itemId) {
      document.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
        event.preventDefault();
        document.getElementById(itemId)?.click();
      });
    },
  };

  window.RaiseXafCallback = function (control, target, argument, confirmation, wholePage) {
    if (confirmation && !window.confirm(confirmation)) return;
    const parameter = target + '|' + argument;
    if (wholePage) postBack(control.uniqueID, parameter);
    else if (control.pending === 0) callback(control, parameter);
  };

  document.addEventListener('click', (event) => {
    const cross = event.target.closest?.('[id$="_HCB-1"]');
    if (cross) controls.get(cross.id.replace(/_HCB-1$/, ''))?.Hide();
  });
  // Enter never submits the form by itself, as in the real pages.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.tagName === 'INPUT') event.preventDefault();
  });

  Object.assign(window, { ASPx, ASPxClientControl, ASPxClientCallback, ASPxClientPopupControl });
})();
