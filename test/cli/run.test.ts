import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '../../src/recording/ndjson.ts';
import { BIN, built } from '../build.ts';
import { whyopsTestkit } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(built, 120_000);

const AGENT = [process.execPath, fileURLToPath(new URL('agent.mjs', import.meta.url))];

describe('run', () => {
  test('ends with 0 when the traces are right, and passes the output of the command through', async () => {
    const { code, stdout } = await whyopsTestkit(['run', '--', ...AGENT]);
    expect(stdout).toMatch(/^tool_call_request 202\ntool_call_response 202\n/);
    expect(stdout).toMatch(/No findings: 1 trace, 2 events, \d+ rules checked\.\n$/);
    expect(code).toBe(0);
  });

  test('ends with 1 for findings', async () => {
    const { code, stdout } = await whyopsTestkit(['run', '--', ...AGENT, 'span-b']);
    expect(code).toBe(1);
    expect(stdout).toContain('1) span-reuse error no-such-request');
  });

  test('ends with 3 when the command sent nothing', async () => {
    const { code, stdout } = await whyopsTestkit(['run', '--', process.execPath, '-e', '']);
    expect(code).toBe(3);
    expect(stdout).toContain('Nothing was checked');
  });

  test('ends with 4 when the command fails, and reports what it sent', async () => {
    const { code, stdout, stderr } = await whyopsTestkit(['run', '--', ...AGENT, 'span-b', '7']);
    expect(code).toBe(4);
    expect(stdout).toContain('1) span-reuse error no-such-request');
    expect(stderr).toContain('the command ended with exit code 7');
  });

  test('ends with 4 when the command cannot be started', async () => {
    const { code, stderr } = await whyopsTestkit(['run', '--', 'no-such-command-here']);
    expect(code).toBe(4);
    expect(stderr).toContain('"no-such-command-here" could not be started: there is no such command.');
  });

  test('ends with 2 without a command', async () => {
    expect((await whyopsTestkit(['run'])).code).toBe(2);
  });

  test('plays the self-hosted service with --ingest direct', async () => {
    const { stdout } = await whyopsTestkit(['run', '--ingest', 'direct', '--', ...AGENT]);
    expect(stdout).toMatch(/^tool_call_request 201\n/);
  });

  test('records what check reads, with the same findings', async () => {
    const recorded = join(folder, 'recorded.ndjson');
    const live = await whyopsTestkit(['run', '--record', recorded, '--', ...AGENT, 'span-b']);
    expect(readRecording(readFileSync(recorded, 'utf8')).events).toHaveLength(2);
    const checked = await whyopsTestkit(['check', recorded]);
    expect(checked.code).toBe(1);
    expect(live.stdout.endsWith(checked.stdout)).toBe(true);
  });

  test('cannot record where nothing can be written: says so before anything runs', async () => {
    const { code, stdout, stderr } = await whyopsTestkit([
      'run',
      '--record',
      `${folder}/no/where`,
      '--',
      ...AGENT,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`whyops-testkit: --record ${folder}/no/where: ENOENT`);
  });

  test('cannot write the report: says so', async () => {
    const args = ['run', '-o', `${folder}/no/where`, '--', ...AGENT];
    const { code, stderr } = await whyopsTestkit(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`whyops-testkit: --output ${folder}/no/where: ENOENT`);
  });

  test('reports what a command had sent before it was killed', async () => {
    const recorded = join(folder, 'killed-command.ndjson');
    const script = `await import(${JSON.stringify(AGENT[1])}); process.kill(process.pid, 'SIGKILL');`;
    const node = [process.execPath, '--input-type=module', '-e', script, 'agent', 'span-b'];
    const { code, stdout, stderr } = await whyopsTestkit(['run', '--record', recorded, '--', ...node]);
    expect(code).toBe(4);
    expect(stderr).toContain('the command was ended by SIGKILL (9)');
    expect(stdout).toContain('1) span-reuse error no-such-request');
    expect((await whyopsTestkit(['check', recorded])).code).toBe(1);
  });

  test('leaves a recording when it is killed itself', async () => {
    const recorded = join(folder, 'killed.ndjson');
    // Ends with the pipe of its input: nothing is left running.
    const script = `await import(${JSON.stringify(AGENT[1])}); process.stdin.resume();`;
    const args = [
      'run',
      '--record',
      recorded,
      '--',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
      'agent',
      'span-b',
    ];
    const child = spawn(process.execPath, [BIN, ...args]);
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
      // Accepted, but perhaps not stored yet: the file must be readable whenever the end comes.
      if (stdout.includes('tool_call_response 202')) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.on('exit', resolve));
    child.stdin.end();
    const checked = await whyopsTestkit(['check', '--format', 'json', recorded]);
    expect(JSON.parse(checked.stdout)).not.toHaveProperty('unreadable');
    expect(JSON.parse(checked.stdout).events).toBeGreaterThanOrEqual(1);
  });
});

describe('serve', () => {
  test('prints settings, follows what arrives, reports at the end', async () => {
    const recorded = join(folder, 'served.ndjson');
    const child = spawn(process.execPath, [BIN, 'serve', '--record', recorded]);
    let stdout = '';
    const says = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => stdout.includes(text) && resolve();
        child.stdout.on('data', look);
        look();
      });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const closed = new Promise((resolve) => child.on('close', resolve));
    await says('OpenAI clients use');
    const env = Object.fromEntries(
      [...stdout.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    for (const language of ['TypeScript', 'Python', 'Go']) expect(stdout).toContain(language);
    expect(Object.keys(env)).toEqual(['WHYOPS_PROXY_BASE_URL', 'WHYOPS_ANALYSE_BASE_URL', 'WHYOPS_API_KEY']);
    const agent = spawn(AGENT[0]!, [AGENT[1]!, 'span-a'], { env: { ...process.env, ...env } });
    await new Promise((resolve) => agent.on('close', resolve));
    await says('tool_call_response');
    child.kill('SIGINT');
    expect(await closed).toBe(0);
    expect(stdout).toMatch(/t1 +1 tool_call_request +manual +span-a +search\(\{"q":"x"\}\)\n/);
    expect(stdout).toMatch(/No findings: 1 trace, 2 events/);
    expect(readRecording(readFileSync(recorded, 'utf8')).events).toHaveLength(2);
  });

  test('tells a finding as soon as it is certain, once', async () => {
    const child = spawn(process.execPath, [BIN, 'serve', '--ingest', 'direct']);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const shown = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const found = pattern.exec(stdout);
          if (found) resolve(found);
        };
        child.stdout.on('data', look);
        look();
      });
    const closed = new Promise((resolve) => child.on('close', resolve));
    const [, url] = await shown(/WHYOPS_ANALYSE_BASE_URL=(\S+)[^]*Anthropic/);
    const [, key] = await shown(/WHYOPS_API_KEY=(\S+)/);
    const send = async (usage: object, idempotencyKey: string) => {
      const response = await fetch(`${url}/events/ingest`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          eventType: 'llm_response',
          traceId: 't1',
          agentName: 'support',
          idempotencyKey,
          metadata: { model: 'gpt-4o', provider: 'openai', usage },
          content: { content: `Hello ${idempotencyKey}.` },
        }),
      });
      expect(response.status).toBe(201);
    };
    await send({ promptTokens: 1, completionTokens: 2, totalTokens: 5 }, 'one');
    await shown(/✗ usage-total total-differs\n[^]*Docs: docs\/rules\/usage-total\.md\n/);
    await send({ promptTokens: 1, completionTokens: 2, totalTokens: 3 }, 'two');
    await shown(/Hello two/);
    const live = stdout;
    child.kill('SIGINT');
    expect(await closed).toBe(1);
    expect(live.match(/✗ usage-total/g)).toHaveLength(1);
    expect(stdout.slice(live.length)).toContain(') usage-total error total-differs');
  });

  test('has written what it shows when it is killed', async () => {
    const recorded = join(folder, 'served-until-killed.ndjson');
    const child = spawn(process.execPath, [BIN, 'serve', '--ingest', 'direct', '--record', recorded]);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const shown = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => stdout.includes(text) && resolve();
        child.stdout.on('data', look);
        look();
      });
    await shown('OpenAI clients use');
    const env = Object.fromEntries(
      [...stdout.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    spawn(AGENT[0]!, [AGENT[1]!, 'span-b'], { env: { ...process.env, ...env } });
    await shown('tool_call_response');
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const checked = await whyopsTestkit(['check', '--rule', 'span-reuse', '--format', 'json', recorded]);
    const { findings, events, unreadable } = JSON.parse(checked.stdout);
    expect({ events, unreadable, findings: findings.length }).toEqual({ events: 2, findings: 1 });
  });

  test('says so when a port is taken or wrong', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const busy = await whyopsTestkit(['serve', '--analyse-port', String(port)]);
    taken.close();
    expect(busy.code).toBe(2);
    expect(busy.stderr).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
    const { code, stderr } = await whyopsTestkit(['serve', '--proxy-port', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('"x" is no port');
  });
});
