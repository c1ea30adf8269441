// In a cellar without reception the app still opens, and what is written there reaches the server later.
import { type Page } from '@playwright/test';
import { choose, customersFresh, expect, hydrated, openForm, signIn, test } from './stack';

type Draft = { notes: string | null; customer: { name: string } | null };

test('without a network the form opens again, keeps a draft, and sends it once the network is back', async ({ context, page }) => {
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  await choose(page, 'Cliente', 'a', /.+/);
  const customer = await page.getByRole('combobox', { name: 'Cliente' }).inputValue();
  await page.getByRole('button', { name: 'Salva bozza' }).click();
  await expect(page.getByText(/\(1 bozza totale\)/)).toBeVisible();
  const kept = () => page.evaluate(async () => {
    const pages = await (await caches.open('pages-1')).keys();
    return pages.map((request) => new URL(request.url).pathname).sort();
  });
  await expect.poll(kept).toEqual(expect.arrayContaining(['/drafts', '/orders/new']));

  await context.setOffline(true);
  await page.goto('/drafts');
  await hydrated(page);
  await expect(page.getByText(customer)).toBeVisible();
  await page.getByRole('link', { name: 'Modifica' }).or(page.getByRole('button', { name: 'Modifica' })).click();
  await expect(page.getByRole('combobox', { name: 'Cliente' })).toHaveValue(customer);
  await page.getByText('Altri dati').click();
  await page.getByLabel('Note').fill('Scritto in cantina');
  await page.getByRole('button', { name: 'Salva bozza' }).click();
  await expect(page.getByText(/\(1 bozza totale\)/)).toBeVisible();
  await page.reload();
  await hydrated(page);

  await context.setOffline(false);
  const saved = async () => {
    const drafts = (await (await page.request.get('/api/drafts')).json()) as Draft[];
    return drafts.map((draft) => draft.notes);
  };
  await expect.poll(saved, { timeout: 20_000 }).toEqual(['Scritto in cantina']);
});

/** How many drafts the server has. */
async function stored(page: Page): Promise<number> {
  return ((await (await page.request.get('/api/drafts')).json()) as Draft[]).length;
}

/** Keeps a draft from the open form, and deletes it among the drafts. */
async function keepAndDelete(page: Page): Promise<void> {
  await choose(page, 'Cliente', 'a', /.+/);
  await page.getByRole('button', { name: 'Salva bozza' }).click();
  await expect.poll(() => stored(page)).toBe(1);
  await page.goto('/drafts');
  await hydrated(page);
  await page.getByRole('button', { name: 'Elimina' }).click();
}

test('a draft whose saving was answered into the void is deleted for good', async ({ page }) => {
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  // The server stores it, and the page never hears of that.
  await page.route('**/api/drafts/*', async (route) => {
    if (route.request().method() !== 'PUT') return route.fallback();
    await route.fetch();
    await route.abort();
  });
  await keepAndDelete(page);
  await expect.poll(() => stored(page), { timeout: 30_000 }).toBe(0);
  await page.unroute('**/api/drafts/*');
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole('button', { name: 'Elimina' })).toHaveCount(0);
});

test('a draft that is deleted as the page goes stays deleted', async ({ page }) => {
  await signIn(page);
  for (const round of [1, 2, 3]) {
    await openForm(page);
    await customersFresh(page);
    await keepAndDelete(page);
    await page.goto('/sync');
    await page.goto('/drafts');
    await hydrated(page);
    await expect(page.getByText('Nessuna bozza'), `round ${round}`).toBeVisible();
    await expect.poll(() => stored(page), { timeout: 20_000 }).toBe(0);
  }
});
