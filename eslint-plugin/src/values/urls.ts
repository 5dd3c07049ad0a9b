import type { TSESTree } from '@typescript-eslint/utils';
import { memberPath } from '../ast/unwrap.ts';
import { argument, type Client, type Sdk } from '../sdk/index.ts';
import { property } from './objects.ts';
import { settled, staticText } from './static.ts';

type Node = TSESTree.Node;

/** What WhyOps uses when a client names no URL. */
export const hostedUrls = {
  proxyBaseUrl: 'https://proxy.whyops.com',
  analyseBaseUrl: 'https://a.whyops.com/api',
} as const;

export type UrlOption = keyof typeof hostedUrls;
export const urlOptions = Object.keys(hostedUrls) as UrlOption[];

/** A URL that is written in the file. */
export interface WrittenUrl {
  text: string;
  /** The string literal that holds all of it, or the expression that gives it. */
  node: Node;
}

export function writtenUrl(sdk: Sdk, node: Node): WrittenUrl | null {
  const text = staticText(sdk, node);
  if (text === null) return null;
  const literal = settled(sdk, node);
  return { text, node: literal.type === 'Literal' || literal.type === 'TemplateLiteral' ? literal : node };
}

/** A URL of a client's options: written, left to its default, or not to be read. */
export function urlOf(sdk: Sdk, { config }: Client, option: UrlOption): WrittenUrl | 'default' | null {
  if (!config) return null;
  const found = property(config, option);
  if (found.is === 'absent') return 'default';
  return found.is === 'here' ? writtenUrl(sdk, found.value) : null;
}

/** The URL of a `fetch(…)` that is written in the file, also through `new URL(…)` and `new Request(…)`. */
export function fetchedUrl(sdk: Sdk, call: TSESTree.CallExpression): URL | null {
  const given = call.arguments.length > 0 && isFetch(sdk, call.callee) ? argument(call, 0) : null;
  const text = given && addressText(sdk, given);
  return text && URL.canParse(text) ? new URL(text) : null;
}

function addressText(sdk: Sdk, node: Node): string | null {
  const inner = settled(sdk, node);
  if (inner.type !== 'NewExpression' || inner.callee.type !== 'Identifier' || sdk.variable(inner.callee))
    return staticText(sdk, inner);
  const { name } = inner.callee;
  const [first, second] = inner.arguments.map((each) => addressText(sdk, each));
  if (first == null) return null;
  if (name === 'Request') return first;
  if (second === null) return null;
  return name === 'URL' && URL.canParse(first, second) ? new URL(first, second).href : null;
}

const fetchModules: readonly string[] = ['undici', 'node-fetch', 'cross-fetch'];
const globalNames = new Set(['globalThis', 'window', 'self', 'global']);

/** The calls that may be one of `fetch`: where it can be imported under another name, all calls. */
export const possibleFetches = (sdk: Sdk): readonly TSESTree.CallExpression[] =>
  sdk.inventory.modules.some((module) => fetchModules.includes(module))
    ? sdk.inventory.calls
    : sdk.inventory.fetches;

function isFetch(sdk: Sdk, callee: Node): boolean {
  const path = memberPath(callee);
  if (path?.root.type !== 'Identifier') return false;
  const { root, names } = path;
  const mayBeGlobal =
    names.length === 0
      ? root.name === 'fetch'
      : names.length === 1 && names[0] === 'fetch' && globalNames.has(root.name);
  const variable = sdk.variable(root);
  const imported = variable && sdk.imported(variable);
  // `import { fetch }`, `import fetch`, `const fetch = require(…)`, `import * as undici` and `undici.fetch(…)`
  if (imported)
    return (
      fetchModules.includes(imported.module) &&
      /^(\*|(\*\.)?(fetch|default))$/.test([imported.name, ...names].join('.'))
    );
  return mayBeGlobal && !variable;
}

const ingestPath = /\/api\/(events\/(ingest|tool-result)|entities\/init)$/;
const ingestPathBelowBase = /\/(events(\/ingest|\/tool-result)?|entities\/init)$/;
const modelPath = /\/(chat\/completions|responses|embeddings|messages|agents\/init)$/;

/** What a URL is an address of: of the ingest API or of the proxy, of the hosted service or of a client of this file. */
export function whyOpsAddress(
  url: URL,
  method: string | null,
  configured: Readonly<Record<UrlOption, readonly string[]>>,
): 'ingest' | 'proxy' | null {
  const isAt = (option: UrlOption) =>
    [hostedUrls[option], ...configured[option]].some(
      (base) => URL.canParse(base) && new URL(base).host === url.host,
    );
  if (ingestPath.test(url.pathname)) return 'ingest';
  // Reading back is what tests and scripts do: a plain `/events` only counts when it is written to.
  const writes = method === 'POST' || !/\/events$/.test(url.pathname);
  if (writes && ingestPathBelowBase.test(url.pathname) && isAt('analyseBaseUrl')) return 'ingest';
  return modelPath.test(url.pathname) && isAt('proxyBaseUrl') ? 'proxy' : null;
}
