import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The Chromium of this machine, `CHROMIUM` before any on the path; `null` where there is none. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// The last five keep it from asking the network for anything.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
];

type Params = Record<string, unknown>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

/** A headless Chromium, spoken to in the DevTools protocol over a pipe. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #to: Writable;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #last = 0;
  #buffered = '';

  private constructor(path: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'chromium-profile-'));
    this.#process = spawn(path, [...FLAGS, `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#to = this.#process.stdio[3] as Writable;
    (this.#process.stdio[4] as Readable)
      .setEncoding('utf8')
      .on('data', (text: string) => this.#receive(text));
  }

  static async open(path: string): Promise<Chromium> {
    const chromium = new Chromium(path);
    await chromium.send('Browser.getVersion');
    return chromium;
  }

  /** An empty page of its own. */
  async page(): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    await page.send('Network.enable');
    return page;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await closed;
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    } catch {
      // Its helpers may still be writing; what is left is a temporary folder, and no reason to fail a test.
    }
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#process.once('exit', () => reject(new Error(`Chromium ended during ${method}.`)));
      this.#answers.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      );
      this.#process.setMaxListeners(0);
      this.#to.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  on(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  #receive(text: string): void {
    const messages = (this.#buffered + text).split('\0');
    this.#buffered = messages.pop() ?? '';
    for (const one of messages) {
      const message = JSON.parse(one) as Message;
      if (message.id !== undefined) this.#answers.get(message.id)?.(message);
      else for (const listener of this.#listeners) listener(message);
    }
  }
}

/** One page, with what it asked the network for and what went wrong in it. */
export class Page {
  readonly #chromium: Chromium;
  readonly #sessionId: string;
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  constructor(chromium: Chromium, sessionId: string) {
    this.#chromium = chromium;
    this.#sessionId = sessionId;
    chromium.on((message) => {
      if ((message as { sessionId?: string }).sessionId !== sessionId) return;
      if (message.method === 'Network.requestWillBeSent')
        this.requests.push((message.params!['request'] as { url: string }).url);
      if (message.method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(message.params));
      if (message.method === 'Page.javascriptDialogOpening') this.complaints.push('a dialog opened');
    });
  }

  send(method: string, params: Params = {}): Promise<Params> {
    return this.#chromium.send(method, params, this.#sessionId);
  }

  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) =>
      this.#chromium.on(({ method }) => method === 'Page.loadEventFired' && resolve()),
    );
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression, evaluated in the page. */
  async value<Type>(expression: string): Promise<Type> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: Type }).value;
  }

  async screenshot({ width = 1280, height = 900 } = {}): Promise<Buffer> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data as string, 'base64');
  }
}
