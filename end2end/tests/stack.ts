// Starts a simulated ERP and a server for one test, and speaks to both of them.
import { test as base, expect, type APIRequestContext, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ready_ms_max = 30_000;
const stop_ms_max = 20_000;

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run these tests with: cargo xtask e2e`);
  return value;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** A program that is told to stop, and killed if it does not. */
export class Program {
  private output = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    const keep = (text: Buffer) => (this.output = (this.output + text.toString()).slice(-20_000));
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  static async start(name: string, file: string, words: string[], env: Record<string, string>, readyUrl: string) {
    const child = spawn(file, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const program = new Program(name, child);
    const deadline = Date.now() + ready_ms_max;
    for (;;) {
      if (program.ended) throw new Error(`${name} ended by itself:\n${program.output}`);
      if (await fetch(readyUrl).then((answer) => answer.ok, () => false)) return program;
      if (Date.now() > deadline) {
        await program.stop('SIGKILL');
        throw new Error(`${name} is not ready after ${ready_ms_max} ms:\n${program.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get log(): string {
    return this.output;
  }

  /** Ends the program and, with SIGKILL, everything it has started. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    if (signal === 'SIGKILL') process.kill(-this.child.pid!, 'SIGKILL');
    else this.child.kill(signal);
    const patience = setTimeout(() => process.kill(-this.child.pid!, 'SIGKILL'), stop_ms_max);
    await gone;
    clearTimeout(patience);
  }
}

/** What a test may say about the world it wants. */
export type World = { customers: number; products: number; pace: 'fast' | 'real'; server: Record<string, string> };

/** A running pair, with the simulator's control interface. */
export class Stack {
  constructor(
    readonly url: string,
    readonly erpUrl: string,
    readonly data: string,
    private readonly startServer: () => Promise<Program>,
    private readonly startErp: () => Promise<Program>,
  ) {}

  server!: Program;
  erp!: Program;

  async start(): Promise<void> {
    this.erp = await this.startErp();
    this.server = await this.startServer();
  }

  async restartServer(): Promise<void> {
    await this.server.stop('SIGKILL');
    this.server = await this.startServer();
  }

  /** Calls the simulator's control interface; an answer that is not a success fails the test. */
  async sim<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.erpUrl}/_sim/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /_sim/${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export const test = base.extend<{ world: World; stack: Stack }>({
  world: [{ customers: 200, products: 300, pace: 'fast', server: {} }, { option: true }],
  stack: async ({ world }, use, testInfo) => {
    const data = await mkdtemp(join(tmpdir(), 'archibald-orders-'));
    const [port, erpPort] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const erpUrl = `http://127.0.0.1:${erpPort}`;
    const server = () =>
      Program.start('the server', needed('SERVER_BINARY'), [], {
        ARCHIBALD_DEMO: 'true',
        ARCHIBALD_LISTEN: `127.0.0.1:${port}`,
        ARCHIBALD_METRICS_LISTEN: '127.0.0.1:0',
        ARCHIBALD_DATA: data,
        ARCHIBALD_ERP_URL: `${erpUrl}/Archibald`,
        ARCHIBALD_ERP_CHROMIUM: process.env.CHROMIUM ?? '/usr/bin/chromium',
        ARCHIBALD_ERP_SANDBOX: String(process.getuid?.() !== 0),
        LEPTOS_SITE_ROOT: needed('SITE_ROOT'),
        ...world.server,
      }, `${url}/readyz`);
    const erp = () =>
      Program.start('the simulated ERP', needed('ERP_SIM_BINARY'), [
        '--port', String(erpPort), '--pace', world.pace,
        '--customers', String(world.customers), '--products', String(world.products), '--prices', String(world.products),
      ], {}, `${erpUrl}/_sim/health`);
    const stack = new Stack(url, erpUrl, data, server, erp);
    await stack.start();
    try {
      await use(stack);
    } finally {
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('server.log', { body: stack.server.log, contentType: 'text/plain' });
        await testInfo.attach('erp.log', { body: stack.erp.log, contentType: 'text/plain' });
      }
      await stack.server.stop();
      await stack.erp.stop();
      await rm(data, { recursive: true, force: true });
    }
  },
  baseURL: async ({ stack }, use) => use(stack.url),
});

export { expect };

/** Signs in on the page and waits until it answers to clicks. */
export async function signIn(page: Page, agent = 'agente1', next = '/drafts'): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Utente').fill(agent);
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Accedi' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
  await hydrated(page);
}

/** Waits until the page answers to clicks. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator('body')).toHaveAttribute('data-hydrated', /.*/);
}

/** Opens the order form and waits until it answers to clicks. */
export async function openForm(page: Page): Promise<void> {
  await page.goto('/orders/new');
  await expect(page.getByRole('heading', { name: 'Nuovo ordine' })).toBeVisible();
  await hydrated(page);
}

/** Waits until the form's customers are fresh. */
export async function customersFresh(page: Page): Promise<void> {
  await expect(page.getByText(/Clienti aggiornati alle \d\d:\d\d/)).toBeVisible({ timeout: 20_000 });
}

/** Chooses the first such option of a combobox among those for what is typed. */
export async function choose(page: Page, label: string, typed: string, option: string | RegExp): Promise<void> {
  const box = page.getByRole('combobox', { name: label });
  await box.click();
  await box.fill(typed);
  await expect(page.getByRole('listbox', { name: label })).toHaveAttribute('aria-busy', 'false');
  await page.getByRole('option', { name: option }).first().click();
}

/** Sends the order of the form, whatever there is to know about it: some of the customers lack data. */
export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Invia ordine' }).click();
  const anyway = page.getByRole('button', { name: 'Invia comunque' });
  await expect(anyway.or(page.getByText('Ordine inviato'))).toBeVisible();
  if (await anyway.isVisible()) await anyway.click();
  await expect(page.getByText('Ordine inviato')).toBeVisible();
}

/** The orchestrator's own view, as `GET /api/sync/status` tells it to the signed-in agent. */
export async function syncStatus(request: APIRequestContext) {
  const answer = await request.get('/api/sync/status');
  expect(answer.ok(), await answer.text()).toBeTruthy();
  return (await answer.json()) as {
    currentSync: { ticket: number; work: string }[];
    queue: { work: string; waitingBecause: string | null }[];
    smartSync: { activeSessions: number; syncsPaused: boolean; safetyTimeoutActive: boolean };
  };
}

/** Waits until nothing runs and nothing waits. */
export async function settled(page: Page): Promise<void> {
  const live = async () => {
    const status = await syncStatus(page.request);
    return status.currentSync.length + status.queue.length;
  };
  await expect.poll(live, { timeout: 40_000 }).toBe(0);
}
