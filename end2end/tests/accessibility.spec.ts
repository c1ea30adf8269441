// No page has a fault that axe can see, in light or dark, on a phone or a desk.
import AxeBuilder from '@axe-core/playwright';

import { customersFresh, expect, hydrated, openForm, signIn, test } from './stack';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of [['phone', { width: 360, height: 740 }], ['desk', { width: 1280, height: 900 }]] as const) {
    test(`every page on a ${device} in ${colorScheme} is free of violations`, async ({ page, stack }) => {
      test.setTimeout(150_000);
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect(violations.map((violation) => `${name}: ${violation.id} ${violation.nodes.map((node) => node.target)}`)).toEqual([]);
        // A tablet held upright has the navigation of a desk and little room for it.
        for (const width of device === 'desk' ? [768, viewport.width] : [viewport.width]) {
          await page.setViewportSize({ ...viewport, width });
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
        }
      };
      await page.goto('/login');
      await hydrated(page);
      await check('/login');
      await signIn(page);
      await check('/drafts, empty');
      await openForm(page);
      await customersFresh(page);
      const box = page.getByRole('combobox', { name: 'Cliente' });
      await box.click();
      await box.fill('a');
      await expect(page.getByRole('option').first()).toBeVisible();
      await check('/orders/new, list open');
      await box.fill('nessuno così');
      await expect(page.getByRole('button', { name: /in Archibald/ })).toBeVisible();
      await check('/orders/new, nobody found');
      await box.fill('a');
      await expect(page.getByRole('option').first()).toBeVisible();
      await page.getByRole('option').first().click();
      await page.getByRole('button', { name: 'Salva bozza' }).click();
      await expect(page.getByText(/Bozza salvata!/)).toBeVisible();
      await check('/orders/new, draft saved');
      await page.goto('/drafts');
      await expect(page.getByRole('button', { name: 'Elimina' })).toBeVisible();
      await check('/drafts, one draft');
      await page.goto('/sync');
      await hydrated(page);
      await check('/sync');
      await page.goto('/orders');
      await hydrated(page);
      await page.request.post('/api/sync/full', { headers: { origin: stack.url } });
      await page.locator('.order-head').first().click({ timeout: 60_000 });
      await expect(page.locator('.order.is-open .facts').first()).toBeVisible();
      await check('/orders, one open');
      await page.getByLabel('Cerca').fill('nessuno si chiama così');
      await expect(page.locator('.empty')).toBeVisible();
      await check('/orders, none found');
      await page.goto('/catalog');
      await hydrated(page);
      await expect(page.locator('.catalog-figures')).toBeVisible();
      await check('/catalog');
    });
  }
}
