// The agent's orders: listed, filtered, opened to their documents; one just sent is there at once, and once.
import { type Page } from '@playwright/test';
import { choose, customersFresh, expect, hydrated, openForm, send, signIn, test } from './stack';

/** Signs in, reads everything, and opens the page. */
async function ordersRead(page: Page, url: string): Promise<void> {
  await signIn(page);
  await page.request.post('/api/sync/full', { headers: { origin: url } });
  await expect.poll(async () => {
    const status = await (await page.request.get('/api/sync/status')).json();
    const read = (status as { statuses: { type: string; lastSuccess: number | null }[] }).statuses;
    return read.filter((each) => each.lastSuccess !== null).length;
  }, { timeout: 90_000 }).toBe(6);
  await page.goto('/orders');
  await hydrated(page);
}

test('an order opens to its documents, and its parcel leads to the carrier', async ({ page, stack }) => {
  test.setTimeout(150_000);
  await ordersRead(page, stack.url);
  await expect(page.getByRole('link', { name: 'Ordini' }).first()).toHaveAttribute('aria-current', 'page');
  await expect(page.getByText(/\d+ di \d+ ordini/)).toBeVisible();
  const cards = page.locator('.order');
  const shown = await cards.count();
  await page.getByRole('button', { name: 'Mostra altri' }).click();
  await expect.poll(() => cards.count()).toBeGreaterThan(shown);
  await page.getByRole('radio', { name: 'Fatturato' }).check();
  await expect(cards.first().getByText('Fatturato')).toBeVisible();
  const ddt = (await (await page.request.get('/api/ddt?limit=200')).json()) as {
    items: { orderNumber: string; trackingNumber: string | null }[];
  };
  const tracked = ddt.items.find((each) => each.trackingNumber && each.orderNumber)!;
  await page.getByRole('radio', { name: 'Tutti' }).check();
  await page.getByLabel('Cerca').fill(tracked.orderNumber);
  await expect(cards).toHaveCount(1);
  const head = cards.getByRole('button').first();
  await head.focus();
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-expanded', 'true');
  const follow = page.getByRole('link', { name: /Segui con/ }).and(page.locator(`[href*="${tracked.trackingNumber}"]`));
  await expect(follow).toHaveAttribute('href', new RegExp(`^https://www\\.(ups|fedex)\\.com/.*${tracked.trackingNumber}`));
  await page.getByLabel('Cerca').fill('nessuno si chiama così');
  await expect(page.locator('.empty').getByText('Nessun ordine corrisponde')).toBeVisible();
  await page.getByRole('button', { name: 'Mostra tutti gli ordini' }).click();
  await expect(page.getByText(/\d+ di \d+ ordini/)).toBeVisible();
});

test('a customer that only the ERP knows is looked up there and chosen', async ({ page, stack }) => {
  test.setTimeout(90_000);
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  await stack.sim('POST', 'customers', { name: 'Ortodonzia Appena Nata S.r.l.', city: 'Forlì' });
  const box = page.getByRole('combobox', { name: 'Cliente' });
  await box.click();
  await box.fill('Appena Nata');
  await expect(page.getByRole('button', { name: /Cerca “Appena Nata” in Archibald/ })).toBeVisible();
  await box.press('Enter');
  await expect(page.getByRole('option', { name: /Ortodonzia Appena Nata/ })).toBeVisible({ timeout: 30_000 });
  await box.press('Enter');
  await expect(box).toHaveValue(/Ortodonzia Appena Nata/);
  await box.fill('Nessuno Si Chiama Così');
  await page.getByRole('button', { name: /in Archibald/ }).click();
  await expect(page.locator('.combobox-elsewhere').getByText(/Neanche in Archibald/)).toBeVisible({ timeout: 30_000 });
});

test.describe('an order just sent', () => {
  test('is listed at once as just sent, and once when the ERP lists it', async ({ page, stack }) => {
    test.setTimeout(150_000);
    await ordersRead(page, stack.url);
    await openForm(page);
    await customersFresh(page);
    await choose(page, 'Cliente', 'a', /.+/);
    await choose(page, 'Articolo', 'a', /.+/);
    await page.getByRole('button', { name: 'Aggiungi riga' }).click();
    // The list that is read after an order was placed takes its time.
    await stack.sim('POST', 'faults', { kind: 'stall', ms: 12_000, on: 'export', entity: 'orders' });
    await send(page);
    const number = async () => {
      const all = (await (await page.request.get('/api/placements')).json()) as { state: string; number?: string }[];
      return all[0]?.number;
    };
    await expect.poll(number, { timeout: 60_000 }).toBeTruthy();
    const sent = await number();
    await page.goto('/orders');
    const card = page.locator('.order', { hasText: `n. ${sent}` });
    await expect(card.getByText('Appena inviato')).toBeVisible();
    await page.getByLabel('Cerca').fill(`${sent}`);
    await expect(card).toHaveCount(1);
    await expect(card.getByText('Da trasmettere')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(`n. ${sent}`)).toHaveCount(1);
  });
});
