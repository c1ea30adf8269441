// Answers questions about an XAF page and acts on it. Injected into every document before its own scripts.
// Selectors and texts come from facts/erp.md; captions are matched in Italian and English, by "includes", because menus
// render them twice.
(() => {
  if (globalThis.__archibald) return;
  const api = {};
  // Presses that were made in this page, by their numbers.
  const presses = new Set();
  Object.defineProperty(globalThis, '__archibald', { value: api, enumerable: false });

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  api.all = all;

  api.visible = (element) => {
    if (!element || !element.getClientRects().length) return false;
    const style = getComputedStyle(element);
    return style.visibility !== 'hidden' && style.display !== 'none';
  };

  // Text as a person reads it: cells contain inline scripts, and hidden parts may not be rendered at all.
  api.text = (element) => {
    if (!element) return '';
    let text;
    if (api.visible(element)) {
      text = element.innerText;
    } else {
      const copy = element.cloneNode(true);
      for (const script of copy.querySelectorAll('script,style')) script.remove();
      text = copy.textContent;
    }
    return text.replace(/[\u00a0\s]+/g, ' ').trim();
  };

  api.fold = (text) => text.replace(/[\u00a0\s]+/g, ' ').trim().toLowerCase();

  // What the page itself reports when the server did not answer a callback as it should.
  api.callbackFailure = () => {
    const panel = all('[id$="_ErrorInfo"]').map(api.text).find((text) => /callback request failed/i.test(text));
    return panel ? panel.slice(0, 300) : null;
  };

  // Takes a failed callback as told: what fails from here on is told anew.
  api.overlookFailure = () => {
    for (const panel of all('[id$="_ErrorInfo"]')) if (/callback request failed/i.test(api.text(panel))) panel.textContent = '';
    return true;
  };

  // Why waiting is pointless: bounced to the login page, an error status, the ERP's error page, a failed callback.
  api.stop = (loginIsFine) => {
    if (location.protocol === 'chrome-error:') return { kind: 'connection' };
    const path = location.pathname;
    if (!loginIsFine && /\/Login\.aspx/i.test(path)) return { kind: 'login' };
    if (/\/Error\.aspx/i.test(path)) return { kind: 'error', text: api.text(document.body).slice(0, 300) };
    const entry = performance.getEntriesByType('navigation')[0];
    const status = entry ? entry.responseStatus || 0 : 0;
    if (status >= 400 && document.readyState === 'complete') return { kind: 'http', status };
    const failure = api.callbackFailure();
    return failure ? { kind: 'callback', text: failure } : null;
  };

  api.poll = async (condition, sliceMs, intervalMs, loginIsFine) => {
    const end = performance.now() + sliceMs;
    let trouble = null;
    for (;;) {
      if (!globalThis.__leaving) {
        const stop = api.stop(loginIsFine);
        if (stop) return { stop };
        try {
          const value = await condition();
          if (value !== null && value !== undefined && value !== false) return { value };
          trouble = null;
        } catch (error) {
          trouble = String(error);
        }
      }
      if (performance.now() >= end) return { pending: trouble };
      await new Promise((wake) => setTimeout(wake, intervalMs));
    }
  };

  // ---- rest -------------------------------------------------------------------------------------------------------

  const PANELS =
    '.dxgvLoadingPanel_XafTheme,.dxlp,[class*="LoadingPanel"],[id*="LPV"],[id*="Loading"],[class*="LoadingDiv"]';

  api.atRest = () => {
    if (document.readyState !== 'complete') return false;
    if (all(PANELS).some(api.visible)) return false;
    const controls = globalThis.ASPxClientControl;
    if (!controls || !controls.GetControlCollection) return true;
    let busy = false;
    controls.GetControlCollection().ForEachControl((control) => {
      if (control && control.InCallback && control.InCallback()) busy = true;
    });
    return !busy;
  };

  // At rest without a break for holdMs: one callback may start the next.
  let restingSince = null;
  api.idle = (holdMs) => {
    if (!api.atRest()) {
      restingSince = null;
      return false;
    }
    const now = performance.now();
    if (restingSince === null) restingSince = now;
    return now - restingSince >= holdMs;
  };
  // Begins a new question to the server: what was at rest, and what was answered before, counts for nothing.
  let askedAt = null;
  api.restart = () => {
    restingSince = null;
    askedAt = performance.now();
    performance.clearResourceTimings();
    return true;
  };

  // Whether the server has answered since the last question. A page may complain by itself about a lost connection, and
  // such words must never be taken for the server's.
  api.answered = () =>
    askedAt === null ||
    performance
      .getEntriesByType('resource')
      .some((entry) => entry.startTime >= askedAt - 1 && entry.responseStatus >= 200 && entry.responseStatus < 300);

  api.verdict = () => ({
    title: document.title,
    path: location.pathname + location.search,
    text: api.text(document.body).slice(0, 300),
    resting: api.atRest(),
  });

  // ---- acting -----------------------------------------------------------------------------------------------------

  api.control = (element) => (element ? globalThis[element.id.replace(/_I$/, '')] : undefined);

  // Message windows that nobody asked for; lookups and menus are asked for.
  const strayWindow = (element) => {
    let frame = null;
    for (let part = element; part && part !== document.body; part = part.parentElement) {
      if (/_DDD_|Menu_/.test(part.id)) return null;
      if (/PopupWindow|UPPopup|_PW-?1$|_DXPWMB-?1$/.test(part.id) || part.getAttribute('role') === 'dialog') frame = part;
    }
    return frame;
  };

  api.strays = [];
  const closeStray = (frame) => {
    const said = api.text(frame).slice(0, 300);
    if (!api.strays.includes(said)) api.strays.push(said);
    const window = /_(PW|DXPWMB)-?1$/.test(frame.id) ? frame : frame.querySelector('[id$="_PW-1"]') || frame;
    const control = globalThis[window.id.replace(/_(PW|DXPWMB)-?1$/, '')];
    if (control && control.Hide) {
      control.Hide();
      return;
    }
    const close = all('[class*="closeButton"],[class*="CloseButton"],[id$="_HCB-1"],button,a', frame).find(api.visible);
    if (close) api.press(close);
  };

  // Where to click an element: its centre, once it is on screen, enabled and nothing lies over it.
  api.point = (element) => {
    if (!api.visible(element) || api.disabled(element)) return null;
    element.scrollIntoView({ block: 'center', inline: 'center' });
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const top = document.elementFromPoint(x, y);
    if (!top) return null;
    if (top === element || element.contains(top) || top.contains(element)) return { x, y };
    const stray = strayWindow(top);
    if (stray && !stray.contains(element)) closeStray(stray);
    return null;
  };

  api.disabled = (element) => {
    const item = element.closest('li,a,td,button,input') || element;
    return /dxm-disabled|dxbDisabled|Disabled_/.test(item.className) || element.disabled === true;
  };

  // A press by script, for menu items that may be clipped: the bot of old pressed them like this.
  api.press = (element) => {
    for (const [kind, Event] of [
      ['pointerdown', PointerEvent],
      ['mousedown', MouseEvent],
      ['pointerup', PointerEvent],
      ['mouseup', MouseEvent],
      ['click', MouseEvent],
    ]) {
      element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true, view: window, button: 0 }));
    }
    return true;
  };

  // The same after the answer to us has been sent, because the press may navigate away.
  api.pressSoon = (element, press) => {
    if (presses.has(press)) return true;
    if (!element) return false;
    presses.add(press);
    api.restart();
    api.pressed = false;
    setTimeout(() => {
      api.press(element);
      api.pressed = true;
    }, 0);
    return true;
  };

  // Sets a value the way frameworks notice it.
  api.fill = (input, value) => {
    const prototype = input instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    input.focus();
    Object.getOwnPropertyDescriptor(prototype.prototype, 'value').set.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  };

  api.select = (input) => {
    input.focus();
    input.select();
    return document.activeElement === input;
  };

  // Opens the tab an element is on, if it is hidden on one; returns whether the element can be seen now.
  api.reveal = (element) => {
    if (!element) return null;
    if (api.visible(element)) return true;
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      const match = /^(.*)_C(\d+)$/.exec(parent.id);
      if (!match || getComputedStyle(parent).display !== 'none') continue;
      const tab = document.getElementById(`${match[1]}_T${match[2]}T`) || document.getElementById(`${match[1]}_T${match[2]}`);
      if (tab && api.visible(tab)) {
        api.press(tab);
        return null;
      }
    }
    return null;
  };

  // ---- login (facts/erp.md §1) ------------------------------------------------------------------------------------

  api.userField = () => {
    const boxes = all('input[type="text"],input:not([type])').filter(api.visible);
    return (
      boxes.find((box) => /UserName/i.test(box.id + box.name)) ||
      boxes.find((box) => /account|user/i.test(box.placeholder)) ||
      boxes[0]
    );
  };

  api.passwordField = () => all('input[type="password"]').find(api.visible);

  api.loginButton = () => {
    const candidates = all('a,button,input[type="submit"],li').filter(api.visible);
    const caption = (element) => (element.value || api.text(element)).replace(/\s+/g, '').toLowerCase();
    return (
      candidates.find((element) => element.tagName !== 'LI' && caption(element).includes('accedi')) ||
      candidates.find((element) => /^log(in|on)$|^(login|logon){2}$/.test(caption(element))) ||
      candidates.find((element) => /log(in|on)/i.test(element.id) && !/logo(?!n)/i.test(element.id))
    );
  };

  // After the click on a marked page: elsewhere is success; an error text on the login page is a refusal.
  api.loginOutcome = () => {
    if (!/\/Login\.aspx/i.test(location.pathname)) {
      return document.readyState === 'complete' ? { inside: true } : null;
    }
    if (!api.atRest()) return null;
    const errors = all('.dxeErrorCell,.error,.validation-summary-errors,[class*="error" i]').filter(api.visible);
    const message = errors.map(api.text).find((text) => text.length > 0);
    if (message) return { inside: false, answered: api.answered(), message: message.slice(0, 300) };
    // A login page that is not the one we typed into: the ERP let us in and threw us out again.
    return globalThis.__marked ? null : { inside: false, bounced: true };
  };
})();
