import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkInputs } from '../../src/bulk/check-inputs.ts';
import type { Outcome } from '../../src/bulk/outcome.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { RULE_IDS } from '../../src/rules/rule-id.ts';
import { bad, good, ndjson, row, toolCall } from '../cli/rows.ts';
import { Chromium, findChromium, type Page } from './chromium.ts';

const executable = findChromium();

/** `SCREENSHOTS=reports npx vitest run test/report/html.browser.test.ts` leaves pictures to look at. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

const HOSTILE = [
  '<script>document.title = "hacked"; window.hacked = 1</script>',
  '"><img src=x onerror="window.hacked=1">',
  '</pre></section></main><script>window.hacked=1</script>',
  "' onmouseover='window.hacked=1' x='",
  '\u202eمرحبا بالعالم — שלום עולם\u202c',
  '日本語のテキスト 😀👩‍👩‍👧\u0000\u001b[31m\u200b\ud800 &amp;&#0;]]>',
  'w'.repeat(500),
];

const hostileRows = HOSTILE.flatMap((text) => {
  const traceId = `trace ${text.replaceAll(/[\u0000\ud800]/g, '')}`;
  const [request, response] = bad(traceId);
  const content = { toolCalls: [{ name: text, arguments: { q: text } }] };
  return [
    row(traceId, 1, { content: [{ role: 'user', content: text }] }),
    { ...request!, stepId: 2, spanId: `a${text}`, metadata: { tool: text }, content },
    {
      ...response!,
      stepId: 3,
      spanId: `b${text}`,
      metadata: { tool: text },
      content: { ...content, toolResults: text },
    },
  ];
});

/** 500 events; the last call but ten is answered on another span. */
const longRows = Array.from({ length: 250 }, (_, index) => {
  const [request, response] = toolCall('long');
  const spanId = `span-${index}`;
  return [
    { ...request!, spanId, stepId: 2 * index + 1 },
    { ...response!, spanId: index === 190 ? 'another' : spanId, stepId: 2 * index + 2 },
  ];
}).flat();

/** A question, the tools that the model asks for side by side, and the answer. */
function conversation(traceId: string) {
  const [search, found] = good(traceId);
  const proxied = { spanId: 'span_abcdefghijkl1234' };
  const question =
    'I want my money back for order 8841, it arrived broken: how long will that take? Thanks in advance!';
  const request = { function: { name: 'search', arguments: '{"order":8841}' } };
  const model = { model: 'gpt-4o-mini', provider: 'openai' };
  return [
    row(traceId, 1, { ...proxied, content: [{ role: 'user', content: question }] }),
    row(traceId, 2, {
      ...proxied,
      eventType: 'llm_response',
      metadata: model,
      content: { toolCalls: [request] },
    }),
    { ...search!, stepId: 3 },
    { ...search!, id: 'beside', spanId: 'span-b', stepId: 4 },
    { ...found!, stepId: 5 },
    {
      ...found!,
      id: 'last',
      spanId: 'span-b',
      stepId: 6,
      content: { toolCalls: [], toolResults: { text: 'x'.repeat(300) } },
    },
    row(traceId, 7, {
      ...proxied,
      eventType: 'llm_response',
      metadata: model,
      content: { content: 'Three days. 😀' },
    }),
    row(traceId, 8, { eventType: 'error', content: { message: 'TypeError: undefined is not a function' } }),
  ];
}

describe.skipIf(executable === null)(
  `in Chromium (${executable ?? 'there is none on this machine'}), the HTML report`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'html-test-'));
    let chromium: Chromium;
    beforeAll(async () => {
      chromium = await Chromium.open(executable!);
    });
    afterAll(async () => {
      await chromium.close();
      rmSync(folder, { recursive: true });
    });

    async function checked(
      name: string,
      rows: readonly unknown[],
      rules: readonly string[],
    ): Promise<Outcome> {
      const file = join(folder, `${name}.ndjson`);
      writeFileSync(file, ndjson(rows));
      return (await checkInputs([file], { rules, allTimelines: true })).finish();
    }

    /** The report of these rows, opened. */
    async function opened(
      name: string,
      rows: readonly unknown[],
      prepare?: (page: Page) => Promise<unknown>,
      rules: readonly string[] = ['span-reuse'],
    ) {
      const report = join(folder, `${name}.html`);
      writeFileSync(report, renderHtml(await checked(name, rows, rules)));
      const page = await chromium.page();
      await prepare?.(page);
      const url = pathToFileURL(report).href;
      await page.open(url);
      return { page, url };
    }

    async function picture(page: Page, name: string, size?: { width: number; height: number }) {
      const png = await page.screenshot(size);
      if (SCREENSHOTS !== undefined) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        writeFileSync(join(SCREENSHOTS, `html-${name}.png`), png);
      }
      return png;
    }

    const scheme = (value: 'light' | 'dark') => (page: Page) =>
      page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
    const visible = (selector: string) =>
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((element) => element.checkVisibility()).length`;
    const few = [...good('fine'), ...bad('wrong'), ...bad('also wrong')];

    test('asks the network for nothing and complains of nothing', async () => {
      const { page, url } = await opened('few', few);
      expect(page.requests).toEqual([url]);
      expect(page.complaints).toEqual([]);
      expect(await page.value(visible('.finding'))).toBe(2);
      expect(await page.value('document.title')).toBe('WhyOps traces: 2 errors');
    });

    test('is complete without JavaScript, and offers no search then', async () => {
      const { page } = await opened('no-script', few, (one) =>
        one.send('Emulation.setScriptExecutionDisabled', { value: true }),
      );
      expect(await page.value(visible('.search'))).toBe(0);
      expect(await page.value(visible('.trace'))).toBe(3);
      expect(await page.value(visible('.finding pre'))).toBe(2);
      await picture(page, 'no-script');
    });

    test('is searchable by any word, trace by trace', async () => {
      const { page } = await opened('search', few);
      const search = (text: string) =>
        page.value(
          `query.value = ${JSON.stringify(text)}; query.dispatchEvent(new Event('input')); hits.textContent`,
        );
      expect(await page.value(visible('.search'))).toBe(1);
      expect(await search('also NO-SUCH-REQUEST')).toBe('1 of 3 traces');
      expect(await page.value(visible('.trace'))).toBe(1);
      expect(await search('nowhere to be found')).toBe('0 of 3 traces');
      expect(await search('')).toBe('');
      expect(await page.value(visible('.trace'))).toBe(3);
      await page.value('only.click()');
      expect(await page.value(visible('.trace'))).toBe(2);
      await picture(page, 'search');
    });

    test('can be read in the light and in the dark', async () => {
      const pictures: Buffer[] = [];
      for (const one of ['light', 'dark'] as const) {
        const { page } = await opened(one, few, scheme(one));
        const poor = await page.value<string[]>(`(${poorContrasts.toString()})()`);
        expect(poor, one).toEqual([]);
        pictures.push(await picture(page, one));
      }
      expect(pictures[0]!.length).toBeGreaterThan(10_000);
      expect(pictures[0]!.equals(pictures[1]!)).toBe(false);
    });

    test('fits a narrow window with all that a day of work brings', async () => {
      const rows = [...conversation('checkout-8841'), ...bad('wrong'), ...bad('t'.repeat(120))];
      const { page } = await opened('day-wide', rows, undefined, RULE_IDS);
      await picture(page, 'day-wide');
      await picture(page, 'day-narrow', { width: 360, height: 900 });
      expect(await page.value('document.documentElement.scrollWidth')).toBe(360);
    });

    test('marks an event of the type error as no finding', async () => {
      const failed = row('t', 1, { eventType: 'error', content: { message: 'TypeError' } });
      const { page } = await opened('error', [failed, row('t', 2, {})]);
      const colors =
        "[...document.querySelectorAll('.step')].map((one) => getComputedStyle(one).backgroundColor)";
      const [ofError, ofMessage] = await page.value<string[]>(colors);
      expect(ofError).toBe(ofMessage);
    });

    test('fits a narrow window and paper', async () => {
      const { page } = await opened('narrow', hostileRows);
      await picture(page, 'narrow', { width: 360, height: 900 });
      expect(await page.value('document.documentElement.scrollWidth')).toBe(360);
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      expect(await page.value(visible('.controls'))).toBe(0);
      expect(await page.value(visible('.finding'))).toBe(HOSTILE.length);
      await picture(page, 'print', { width: 800, height: 1100 });
    });

    test('runs nothing of what the traces contain, and shows it as it is', async () => {
      const { page, url } = await opened('hostile', hostileRows);
      await page.value(
        "document.querySelectorAll('*').forEach((one) => one.dispatchEvent(new Event('mouseover')))",
      );
      expect(await page.value('String(window.hacked)')).toBe('undefined');
      expect(await page.value('document.title')).toBe(`WhyOps traces: ${HOSTILE.length} errors`);
      expect(page.requests).toEqual([url]);
      expect(page.complaints).toEqual([]);
      expect(await page.value('document.scripts.length + " " + document.images.length')).toBe('1 0');
      const titles = await page.value<string[]>(
        "[...document.querySelectorAll('h2 bdi:first-child')].map((one) => one.textContent)",
      );
      expect(titles).toContain(`trace ${HOSTILE[0]}`);
      expect(titles).toContain('trace مرحبا بالعالم — שלום עולם');
      await picture(page, 'hostile');
    });

    test('would stop a script that got in', async () => {
      const { page } = await opened('policy', few);
      await page.value(
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))",
      );
      expect(await page.value('String(window.hacked)')).toBe('undefined');
    });

    test('folds what is quiet in a long trace; a link leads to the finding, a search opens the fold', async () => {
      const { page } = await opened('long', longRows);
      await picture(page, 'long');
      expect(await page.value("document.querySelector('summary').textContent")).toMatch(
        /^\d+ steps without findings$/,
      );
      expect(await page.value(visible('.step'))).toBeLessThan(60);
      expect(await page.value("document.querySelector('.trace .note').textContent")).toBe(
        '100 further events not shown.',
      );
      await page.value("document.querySelector('h2 a').click()");
      expect(await page.value("document.querySelector(':target').textContent")).toContain('no-such-request');
      await page.value("query.value = 'span-77'; query.dispatchEvent(new Event('input'))");
      expect(
        await page.value(
          "[...document.querySelectorAll('.span')].find((one) => one.textContent === 'span-77').checkVisibility()",
        ),
      ).toBe(true);
    });

    test('stands beside a JUnit report that is XML, whatever the traces contain', async () => {
      const outcome = await checked('junit', hostileRows, ['span-reuse']);
      const { page } = await opened('empty', []);
      const read = await page.value<{ problem: string | null; messages: string[] }>(
        `(${readXml.toString()})(${JSON.stringify(renderJunit(outcome))})`,
      );
      expect(read.problem).toBeNull();
      const withoutPlace = read.messages.map((text) => text.replace(/\nAt: .*$/, ''));
      expect(withoutPlace).toEqual(
        outcome.report.findings.map(({ message }) => message.replaceAll(/[\u0000\ud800]/g, '\ufffd')),
      );
    });
  },
);

/** Runs in the page: the texts whose contrast to what is behind them is less than the 4.5 that WCAG AA asks for. */
function poorContrasts(): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const background = (element: Element): string => {
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 && element.parentElement ? background(element.parentElement) : color;
  };
  return [...document.querySelectorAll('body *')]
    .filter(
      (element) =>
        element.checkVisibility() &&
        [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim()),
    )
    .flatMap((element) => {
      const [text, behind] = [luminance(getComputedStyle(element).color), luminance(background(element))];
      const contrast = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
      return contrast < 4.5 ? [`${element.className || element.tagName}: ${contrast.toFixed(1)}`] : [];
    });
}

/** Runs in the page: the texts of the failures of a JUnit report, read by the browser's own XML parser. */
function readXml(text: string): { problem: string | null; messages: string[] } {
  const parsed = new DOMParser().parseFromString(text, 'application/xml');
  return {
    problem: parsed.querySelector('parsererror')?.textContent ?? null,
    messages: [...parsed.querySelectorAll('failure')].map((failure) => failure.textContent ?? ''),
  };
}
