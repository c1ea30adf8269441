// A finished order is typed into the ERP once, as it was written.
import { choose, customersFresh, expect, openForm, signIn, test } from './stack';

type SavedOrder = {
  customerName: string;
  customerReference: string;
  lines: { article: string; quantity: number; discount: number; systemDiscount: number }[];
};
type Saved = { count: number; orders: SavedOrder[] };

test('an order reaches the ERP exactly once, with its customer, lines, discounts and marker', async ({ page, stack }) => {
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  await page.request.post('/api/sync/full', { headers: { origin: stack.url } });
  await choose(page, 'Cliente', 'a', /.+/);
  const customer = await page.getByRole('combobox', { name: 'Cliente' }).inputValue();
  await expect.poll(async () => {
    const found = await page.request.get('/api/products?search=a&limit=1');
    return ((await found.json()) as { total: number }).total;
  }, { timeout: 30_000 }).toBeGreaterThan(0);
  for (const discount of ['', '10+5']) {
    await choose(page, 'Articolo', 'a', /.+/);
    if (discount) await page.getByLabel('Sconto %').first().fill(discount);
    await page.getByRole('button', { name: 'Aggiungi riga' }).click();
  }
  await page.getByRole('button', { name: 'Invia ordine' }).click();
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
