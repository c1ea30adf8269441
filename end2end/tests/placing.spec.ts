// A finished order is typed into the ERP once, as it was written.
import { type Page } from '@playwright/test';
import { choose, customersFresh, expect, openForm, send, settled, signIn, test, type Stack } from './stack';

type SavedOrder = {
  id: string;
  customerName: string;
  customerReference: string;
  lines: { article: string; quantity: number; discount: number; systemDiscount: number }[];
};
type Saved = { count: number; orders: SavedOrder[] };

test('an order reaches the ERP exactly once, with its customer, lines, discounts and marker', async ({ page, stack }) => {
  await ready(page, stack);
  await openForm(page);
  await customersFresh(page);
  await choose(page, 'Cliente', 'a', /.+/);
  const customer = await page.getByRole('combobox', { name: 'Cliente' }).inputValue();
  for (const discount of ['', '10+5']) {
    await choose(page, 'Articolo', 'a', /.+/);
    if (discount) await page.getByLabel('Sconto %').first().fill(discount);
    await page.getByRole('button', { name: 'Aggiungi riga' }).click();
  }
  await send(page);
  await expect.poll(async () => (await stack.sim<Saved>('GET', 'orders')).count, { timeout: 40_000 }).toBe(1);
  await page.goto('/drafts');
  await expect(page.getByText(/Ordine n\. \S+/)).toBeVisible({ timeout: 20_000 });
  const { orders: [order, ...others] } = await stack.sim<Saved>('GET', 'orders');
  expect(others).toHaveLength(0);
  expect(customer).toContain(order.customerName);
  expect(order.customerReference).toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
  expect(order.lines).toHaveLength(2);
  expect(order.lines[0].discount).toBe(0);
  expect(order.lines[1].discount).toBe(1_450);
});

/** Signs in and reads customers, articles and prices; while an order form is open, prices would wait. */
async function ready(page: Page, stack: Stack): Promise<void> {
  await signIn(page);
  await page.request.post('/api/sync/full', { headers: { origin: stack.url } });
  await expect.poll(async () => {
    const found = await page.request.get('/api/prices?limit=1');
    return ((await found.json()) as { total: number }).total;
  }, { timeout: 40_000 }).toBeGreaterThan(0);
  await settled(page);
}

/** Writes an order of one line for the first customer that is found by this letter, and keeps it as a draft. */
async function draft(page: Page, letter: string): Promise<void> {
  await choose(page, 'Cliente', letter, /.+/);
  await choose(page, 'Articolo', 'a', /.+/);
  await page.getByRole('button', { name: 'Aggiungi riga' }).click();
  await page.getByRole('button', { name: 'Salva bozza' }).click();
  await expect(page.getByText(/Bozza salvata/)).toBeVisible();
}

/** Sends all drafts of the page, whatever there is to know about them. */
async function sendAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Invia tutte' }).click();
  await expect(page.getByRole('button', { name: 'Invia tutte', disabled: true })).toHaveCount(0);
  const anyway = page.getByRole('button', { name: 'Invia comunque' });
  for (let left = await anyway.count(); left > 0; left -= 1) {
    await anyway.first().click();
    await expect(anyway).toHaveCount(left - 1);
  }
}

const quickly = { ARCHIBALD_RECONCILE_SECONDS: '1, 2', ARCHIBALD_RECONCILE_APART_SECONDS: '1' };

test.describe('with quick looks', () => {
  test.use({ world: { customers: 200, products: 300, pace: 'fast', server: quickly } });

  test('an order with a near twin waits for its agent, who says that it is there', async ({ page, stack }) => {
    test.setTimeout(120_000);
    await ready(page, stack);
    await openForm(page);
    await draft(page, 'a');
    await page.goto('/drafts');
    await sendAll(page);
    await expect.poll(async () => (await stack.sim<Saved>('GET', 'orders')).count, { timeout: 40_000 }).toBe(1);
    await expect(page.getByText(/Ordine n\. \S+/)).toBeVisible({ timeout: 20_000 });
    const { orders: [first] } = await stack.sim<Saved>('GET', 'orders');
    const twin = await stack.sim<SavedOrder>('POST', `orders/${first.id}/again`, { customerReference: '' });

    await stack.sim('POST', 'faults', { kind: 'status', status: 502, on: 'save' });
    await openForm(page);
    await draft(page, 'a');
    await page.goto('/drafts');
    await sendAll(page);
    await expect(page.getByText('Da controllare', { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/senza riferimento$/)).toBeVisible();
    await page.getByText('Schermata di Archibald').first().click();
    await expect(page.getByRole('img', { name: 'Schermata di Archibald' })).toBeVisible();
    await page.getByText('Cosa è successo').first().click();
    await expect(page.getByText(/Salvataggio · \d+ s/)).toBeVisible();
    await page.getByRole('button', { name: `Già presente (n. ${twin.id})` }).click();
    await expect(page.getByText('Da controllare', { exact: true })).toBeHidden({ timeout: 20_000 });
    await expect(page.getByText(`Ordine n. ${twin.id}`, { exact: true })).toBeVisible({ timeout: 20_000 });
    expect((await stack.sim<Saved>('GET', 'orders')).count).toBe(1);
  });

  test('an order that Archibald holds otherwise says so, and is kept so', async ({ page, stack }) => {
    test.setTimeout(120_000);
    await ready(page, stack);
    await openForm(page);
    await draft(page, 'a');
    await stack.sim('POST', 'faults', { kind: 'wrong_quantity', on: 'save', pieces: 1 });
    await page.goto('/drafts');
    await sendAll(page);
    await page.getByText('Cosa è successo').click();
    await expect(page.getByText(/^Ordine n\. \S+, da controllare$/)).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText(/Da controllare in Archibald/), 'what was unfolded stays so').toBeVisible();
    await expect(page.getByRole('link', { name: '1 ordine aspetta una tua decisione' })).toBeVisible();
    await page.getByRole('button', { name: 'Va bene così' }).click();
    await expect(page.getByText(/Tenuto com’è in Archibald/)).toBeVisible();
    await expect(page.getByRole('article').getByRole('heading'), 'the focus stays at the card').toBeFocused();
    await expect(page.getByText(/aspetta una tua decisione/)).toHaveCount(0);
  });

  test('a refused order comes back with the words beside it, and the next one goes on', async ({ page, stack }) => {
    test.setTimeout(120_000);
    await ready(page, stack);
    await openForm(page);
    await draft(page, 'a');
    await draft(page, 'o');
    const text = 'Cliente bloccato: rivolgersi all’amministrazione';
    await stack.sim('POST', 'faults', { kind: 'save_refused', on: 'save', text });
    await page.goto('/drafts');
    await sendAll(page);
    await expect(page.getByText('Non inserito', { exact: true })).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText(/Ordine n\. \S+/)).toBeVisible({ timeout: 40_000 });
    await page.getByRole('article').filter({ hasText: 'Non inserito' }).getByRole('button', { name: 'Modifica' }).click();
    await expect(page.getByRole('alert').filter({ hasText: text })).toBeVisible();
    expect((await stack.sim<Saved>('GET', 'orders')).count).toBe(1);
  });

  test('an order that waits for a login at rest says why', async ({ page, stack, playwright }) => {
    test.setTimeout(120_000);
    await ready(page, stack);
    await openForm(page);
    await draft(page, 'a');
    const admin = await playwright.request.newContext({ baseURL: stack.url, extraHTTPHeaders: { origin: stack.url } });
    const signedIn = await admin.post('/api/auth/login', { data: { account: 'admin', password: 'demo' } });
    expect(signedIn.ok(), await signedIn.text()).toBeTruthy();
    const hold = '/api/sync/logins/agente1/hold';
    const held = await admin.put(hold, { data: { reason: 'Archibald viene aggiornato', minutes: 30 } });
    expect(held.ok(), await held.text()).toBeTruthy();
    await page.goto('/drafts');
    await sendAll(page);
    await expect(page.getByText(/L’operatore ha fermato .* Motivo: Archibald viene aggiornato/)).toBeVisible();
    await expect(page.getByText('In coda', { exact: true })).toBeVisible();
    expect((await admin.delete(hold)).ok()).toBeTruthy();
    await expect(page.getByText(/Ordine n\. \S+/)).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText(/L’operatore ha fermato/)).toHaveCount(0);
    await admin.dispose();
  });

  test('an order that waits is taken back', async ({ page, stack }) => {
    test.setTimeout(120_000);
    await ready(page, stack);
    await openForm(page);
    await draft(page, 'a');
    await draft(page, 'o');
    await stack.sim('POST', 'faults', { kind: 'stall', on: 'form', ms: 8_000 });
    await page.goto('/drafts');
    await sendAll(page);
    await page.getByRole('button', { name: 'Annulla invio' }).first().click();
    await expect(page.getByText('1 bozza', { exact: true })).toBeVisible();
    await expect(page.getByText(/Ordine n\. \S+/)).toBeVisible({ timeout: 40_000 });
    expect((await stack.sim<Saved>('GET', 'orders')).count).toBe(1);
  });
});
