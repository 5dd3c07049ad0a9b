import { type ChildProcess, spawn } from 'node:child_process';
import { type Driver, DriverBroken } from './driver.ts';
import { type Answer, type Message, type Operation, parseReply } from './protocol.ts';

export interface StdioDriverOptions {
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** As much of stderr as is kept, in characters; a chatty driver must not fill the memory. */
const STDERR_KEPT = 8 * 1024 * 1024;

interface Waiting {
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: DriverBroken) => void;
}

/** A driver process. Replies are matched by `seq`, in whatever order they come. */
export class StdioDriver implements Driver {
  readonly #command: readonly string[];
  readonly #options: StdioDriverOptions;
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  /** Sequence numbers whose time was up: a late reply to them is no error. */
  readonly #late = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #seq = 0;
  #unread = '';
  #stderr = '';
  #broken: DriverBroken | null = null;
  #leaving = false;

  constructor(command: readonly string[], options: StdioDriverOptions = {}) {
    const [program, ...args] = command;
    if (program === undefined)
      throw new DriverBroken(
        'No driver command was given. Write it after "--": contract -- python driver.py',
      );
    this.#command = command;
    this.#options = options;
    this.#process = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#gone = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        this.#onGone(signal ? `was ended by ${signal}` : `ended with code ${code}`);
        resolve();
      });
      this.#process.once('error', (error) => {
        this.#onGone(`could not be started: ${error.message}`);
        resolve();
      });
    });
    this.#process.stdout!.setEncoding('utf8').on('data', (chunk: string) => this.#onStdout(chunk));
    this.#process.stderr!.setEncoding('utf8').on('data', (chunk: string) => this.#onStderr(chunk));
    // A driver that died while it was written to is reported by its end, not by the broken pipe.
    this.#process.stdin!.on('error', () => {});
  }

  get stderr(): string {
    return this.#stderr;
  }

  onStderr(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(operation: Operation, limitMs: number): Promise<Answer> {
    if (this.#broken) return Promise.reject(this.#broken);
    const seq = ++this.#seq;
    const message: Message = { seq, ...operation };
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(seq);
        this.#late.add(seq);
        resolve({ timedOutAfterMs: limitMs });
      }, limitMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(seq);
      };
      this.#waiting.set(seq, {
        answer: (answer) => (settle(), resolve(answer)),
        fail: (error) => (settle(), reject(error)),
      });
      this.#process.stdin!.write(`${JSON.stringify(message)}\n`);
    });
  }

  fork(): StdioDriver {
    return new StdioDriver(this.#command, this.#options);
  }

  async exit(limitMs: number): Promise<boolean> {
    this.#leaving = true;
    if (
      this.#process.exitCode === null &&
      this.#process.signalCode === null &&
      this.#process.pid !== undefined
    )
      this.#process.stdin!.end(`${JSON.stringify({ seq: ++this.#seq, op: 'exit' })}\n`);
    let byItself = true;
    const timer = setTimeout(() => {
      byItself = false;
      this.#process.kill('SIGKILL');
    }, limitMs);
    await this.#gone;
    clearTimeout(timer);
    return byItself;
  }

  #onStdout(chunk: string): void {
    // Only "\n" ends a line: U+2028 and U+2029 are content.
    const lines = (this.#unread + chunk).split('\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #onLine(line: string): void {
    if (line.trim() === '' || this.#broken) return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return this.#babble(line, 'is not JSON; write only replies to stdout and everything else to stderr');
    }
    const parsed = parseReply(value);
    if (typeof parsed === 'string') return this.#babble(line, parsed);
    if (this.#late.delete(parsed.seq)) return;
    const waiting = this.#waiting.get(parsed.seq);
    if (waiting) return waiting.answer(parsed.reply);
    if (this.#leaving) return;
    this.#babble(line, `answers seq ${parsed.seq}, which is not open (was it answered twice?)`);
  }

  #babble(line: string, why: string): void {
    const quoted = line.length > 200 ? `${line.slice(0, 200)}…` : line;
    this.#break(new DriverBroken(this.#withStderr(`The driver wrote a line that ${why}:\n  ${quoted}`)));
    this.#process.kill('SIGKILL');
  }

  #onGone(how: string): void {
    if (this.#leaving && this.#waiting.size === 0) return;
    this.#break(new DriverBroken(this.#withStderr(`The driver \`${this.#command.join(' ')}\` ${how}.`)));
  }

  #break(error: DriverBroken): void {
    this.#broken ??= error;
    for (const waiting of [...this.#waiting.values()]) waiting.fail(this.#broken);
  }

  #onStderr(chunk: string): void {
    if (this.#stderr.length < STDERR_KEPT) this.#stderr += chunk;
    for (const listener of this.#listeners) listener();
  }

  #withStderr(text: string): string {
    const tail = this.#stderr.trimEnd().split('\n').slice(-20).join('\n');
    return tail === '' ? `${text}\nIt wrote nothing to stderr.` : `${text}\nThe end of its stderr:\n${tail}`;
  }
}
