// No page has a fault that axe can see, in light or dark, on a phone or a desk.
import AxeBuilder from '@axe-core/playwright';

import { customersFresh, expect, hydrated, openForm, signIn, test } from './stack';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of [['phone', { width: 360, height: 740 }], ['desk', { width: 1280, height: 900 }]] as const) {
    test(`every page on a ${device} in ${colorScheme} is free of violations`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect(violations.map((violation) => `${name}: ${violation.id} ${violation.nodes.map((node) => node.target)}`)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
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
      await expect(page.locator('.empty, .order').first()).toBeVisible();
      await check('/orders');
      await page.goto('/catalog');
      await hydrated(page);
      await expect(page.locator('.catalog-figures')).toBeVisible();
      await check('/catalog');
    });
  }
}
