// An agent opens the order form: fresh customers without pressing anything, and syncs that pause and always go on.
import { choose, customersFresh, expect, hydrated, openForm, settled, signIn, syncStatus, test } from './stack';

test('a customer created in the ERP can be chosen within five seconds, without a reload', async ({ page, stack }) => {
  await signIn(page);
  const seconds: number[] = [];
  for (const city of ['Forlì', 'Cesena', 'Rimini']) {
    await stack.sim('POST', 'customers', { name: `Studio Dentistico Àncora & Figli S.r.l. ${city}`, city });
    const opened = Date.now();
    await page.goto('/orders/new');
    const box = page.getByRole('combobox', { name: 'Cliente' });
    await box.click();
    await box.fill(`ancora figli srl ${city}`);
    await page.getByRole('option', { name: new RegExp(city) }).first().click();
    seconds.push((Date.now() - opened) / 1_000);
    await expect(box).toHaveValue(new RegExp(city));
    await customersFresh(page);
  }
  console.log(`seconds from opening the form to the choice: ${seconds.join(', ')}`);
  expect(Math.max(...seconds), `seconds: ${seconds}`).toBeLessThan(5);
});

test('a phone number changed in the ERP is the one the form shows', async ({ page, stack }) => {
  const made = await stack.sim<{ id: string }>('POST', 'customers', { name: 'Odontoiatria Belvedere', phone: '+39051111111' });
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  await page.getByRole('link', { name: 'Bozze' }).first().click();
  await stack.sim('PATCH', `customers/${made.id}`, { phone: '+39059222333' });
  await openForm(page);
  const box = page.getByRole('combobox', { name: 'Cliente' });
  await box.click();
  await box.fill('belvedere');
  await expect(page.getByRole('option', { name: /059 ?222 ?333/ })).toBeVisible();
});

test('five drafts in a row on one page, with the syncs paused until the agent is done', async ({ page, stack }) => {
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  for (let count = 1; count <= 5; count += 1) {
    const customer = page.getByRole('combobox', { name: 'Cliente' });
    await customer.click();
    await customer.fill('a');
    await page.getByRole('option').nth(count).click();
    await page.getByRole('button', { name: 'Salva bozza' }).click();
    const total = count === 1 ? /\(1 bozza totale\)/ : new RegExp(`\\(${count} bozze totali\\)`);
    await expect(page.getByText(total)).toBeVisible();
    await expect(customer).toHaveValue('');
    await expect(customer).toBeFocused();
    expect(new URL(page.url()).pathname).toBe('/orders/new');
    const status = await syncStatus(page.request);
    expect(status.smartSync).toMatchObject({ activeSessions: 1, syncsPaused: true });
  }
  await page.getByRole('button', { name: 'Fine' }).or(page.getByRole('link', { name: 'Fine' })).click();
  await page.waitForURL('**/drafts');
  await expect(page.getByRole('button', { name: 'Elimina' })).toHaveCount(5);
  await expect.poll(async () => (await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 0, syncsPaused: false });
  expect(stack.server.ended).toBe(false);
});

test('tabs count one by one as they open, leave, close and crash', async ({ context, page }) => {
  await signIn(page);
  const sessions = async () => (await syncStatus(page.request)).smartSync.activeSessions;
  const [leaving, closing, crashing] = [await context.newPage(), await context.newPage(), await context.newPage()];
  for (const [index, tab] of [leaving, closing, crashing].entries()) {
    await openForm(tab);
    await expect.poll(sessions).toBe(index + 1);
  }
  await leaving.getByRole('link', { name: 'Bozze' }).first().click();
  await expect.poll(sessions).toBe(2);
  await closing.close({ runBeforeUnload: true });
  await expect.poll(sessions, { timeout: 20_000 }).toBe(1);
  const devtools = await context.newCDPSession(crashing);
  devtools.send('Page.crash').catch(() => undefined);
  await expect.poll(sessions, { timeout: 25_000 }).toBe(0);
});

test('leaving while the smart sync runs never lets two syncs run in one login', async ({ page, stack }) => {
  await signIn(page);
  await settled(page);
  await stack.sim('DELETE', 'log');
  await stack.sim('PUT', 'faults', { kind: 'stall', ms: 1_500, on: 'export', entity: 'customers', count: 10 });
  for (let visit = 1; visit <= 3; visit += 1) {
    await openForm(page);
    await expect(page.getByText('Aggiornamento clienti in corso…')).toBeVisible();
    await expect.poll(async () => (await syncStatus(page.request)).currentSync.length).toBe(1);
    const asked = await page.request.post('/api/sync/full', { headers: { origin: stack.url } });
    expect(asked.status()).toBe(202);
    await page.getByRole('link', { name: 'Bozze' }).first().click();
    await page.waitForURL('**/drafts');
    await settled(page);
  }
  const log = await stack.sim<{ startedAt: number; endedAt: number }[]>('GET', 'log?what=export&account=agente1');
  expect(log.length).toBeGreaterThanOrEqual(6);
  const ordered = [...log].sort((one, other) => one.startedAt - other.startedAt);
  for (const [index, entry] of ordered.slice(0, -1).entries()) {
    expect(ordered[index + 1].startedAt, `export ${index + 2} began before export ${index + 1} had ended`).toBeGreaterThanOrEqual(entry.endedAt);
  }
});

test('with the ERP down the form works on what is known, and offers to try again', async ({ page, stack }) => {
  await signIn(page);
  await openForm(page);
  await customersFresh(page);
  await page.getByRole('link', { name: 'Bozze' }).first().click();
  await expect.poll(async () => (await syncStatus(page.request)).smartSync.activeSessions).toBe(0);
  await stack.restartServer();
  await stack.erp.stop('SIGKILL');
  await page.goto('/orders/new');
  await hydrated(page);
  await expect(page.getByText(/Sincronizzazione non riuscita/)).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('button', { name: 'Riprova' })).toBeVisible();
  await choose(page, 'Cliente', 'a', /.+/);
  await page.getByRole('button', { name: 'Salva bozza' }).click();
  await expect(page.getByText(/Bozza salvata!/)).toBeVisible();
  expect((await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 1, syncsPaused: false });
});

test('an article is found on the first day, while the form that looks for it stays open', async ({ page, stack }) => {
  await stack.sim('PUT', 'faults', { kind: 'stall', ms: 2_000, on: 'export', entity: 'products', count: 1 });
  await stack.sim('POST', 'products', { id: '0PRIMO1', name: 'PRIMO.104.023', unitPrice: 1_234 });
  await signIn(page, 'agente1', '/orders/new');
  await customersFresh(page);
  const box = page.getByRole('combobox', { name: 'Articolo' });
  await box.click();
  await box.fill('primo 104');
  await expect(page.getByRole('option', { name: /PRIMO.104.023/ }).first()).toBeVisible({ timeout: 20_000 });
  expect((await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 1, syncsPaused: true });
});

test.describe('with ten minutes shortened to four seconds', () => {
  test.use({ world: { customers: 50, products: 50, pace: 'fast', server: { ARCHIBALD_FORM_IDLE_SECONDS_MAX: '4' } } });

  test('a form nobody touches stops pausing the syncs, and takes the pause back at the next key', async ({ page }) => {
    await signIn(page);
    await openForm(page);
    await customersFresh(page);
    expect((await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 1, syncsPaused: true, safetyTimeoutActive: true });
    await expect(page.getByText('Modulo fermo da un po’')).toBeVisible({ timeout: 15_000 });
    expect((await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 0, syncsPaused: false, safetyTimeoutActive: false });
    await page.getByRole('combobox', { name: 'Cliente' }).pressSequentially('a');
    await expect.poll(async () => (await syncStatus(page.request)).smartSync).toMatchObject({ activeSessions: 1, syncsPaused: true });
    await customersFresh(page);
  });
});
