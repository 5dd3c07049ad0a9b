import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf } from '../ast/functions.ts';
import { runsWith } from '../ast/together.ts';
import { memberName, unwrap } from '../ast/unwrap.ts';
import { createRule } from '../create-rule.ts';
import { removeProperty } from '../fixes/remove-property.ts';
import { optionsPosition, type Client, type EventMethod, type Sdk } from '../sdk/index.ts';
import { isCertain } from '../values/certain.ts';
import { identityOf, keyOf } from '../values/identity.ts';
import { objectArgument, property, propertyWhere } from '../values/objects.ts';
import { isSurelyPatched } from '../values/patched.ts';
import { isNothing, staticText } from '../values/static.ts';
import {
  fetchedUrl,
  possibleFetches,
  hostedUrls,
  urlOf,
  urlOptions,
  whyOpsAddress,
  type UrlOption,
  type WrittenUrl,
} from '../values/urls.ts';

type Node = TSESTree.Node;
type MessageIds =
  | 'perRequest'
  | 'assigned'
  | 'secondClient'
  | 'besideClient'
  | 'notAUrl'
  | 'trailingSlash'
  | 'pathForAnthropic'
  | 'withoutApi'
  | 'remove'
  | 'write';

export const singleBaseUrl = createRule<MessageIds, []>({
  name: 'single-base-url',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require one proxy URL and one analyse URL for each client, set once and written right',
      preset: 'recommended',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      perRequest:
        '`{{name}}` sends this one request elsewhere. Set `proxyBaseUrl` and `analyseBaseUrl` once, on the WhyOps client.',
      assigned:
        '`{{name}}` of a client in use is changed: calls before and after go to two places. Set `proxyBaseUrl` and `analyseBaseUrl` once, on the WhyOps client.',
      secondClient:
        'A second client of the agent sends to another `{{option}}` ({{url}}) than the one on line {{line}} ({{other}}): its traces are split. Use one client.',
      besideClient:
        'This request goes to the {{address}} past the WhyOps client of this file: it follows neither its URLs nor its retries. Use the client.',
      notAUrl: '`{{option}}` is {{url}}: write an absolute URL, such as {{example}}.',
      trailingSlash:
        '`{{option}}` ends in a slash: joined with a path it gives `{{wrong}}`, which WhyOps does not know.',
      pathForAnthropic:
        '`proxyBaseUrl` has the path `{{path}}`, and an Anthropic client adds `/v1/messages` itself: requests go to `{{path}}/v1/messages`. Write the root.',
      withoutApi: '`analyseBaseUrl` does not end in `/api`: events go to `{{wrong}}`, which does not exist.',
      remove: 'Remove `{{name}}`.',
      write: 'Write {{url}}.',
    },
  },
  defaultOptions: [],
  check(sdk, context) {
    const { sourceCode } = context;

    // --- Requests that go elsewhere --------------------------------------------------------------------------------

    function checkCalls(): void {
      for (const { node, client } of sdk.modelCalls) {
        const option = urlAmong(sdk, node, 1, providerUrl);
        if (option && isSurelyPatched(sdk, client)) reportRequest(option);
      }
      const { event, trace, patch, setup } = sdk.inventory.methods;
      for (const calls of [event, trace, patch, setup]) for (const call of calls) checkCall(call);
    }

    function checkCall(call: TSESTree.CallExpression): void {
      const callee = unwrap(call.callee) as TSESTree.MemberExpression;
      const method = memberName(callee)!;
      const ofProvider = method === 'withOptions';
      const option = urlAmong(sdk, call, urlPosition(method), ofProvider ? providerUrl : anyUrl);
      const thing = option && sdk.what(callee.object);
      const isOurs = ofProvider
        ? thing?.kind === 'provider' && isSurelyPatched(sdk, thing)
        : thing?.kind === 'client' || thing?.kind === 'trace';
      if (option && isOurs) reportRequest(option);
    }

    function reportRequest(option: TSESTree.Property): void {
      const name = sourceCode.getText(option.key);
      context.report({
        node: option,
        messageId: 'perRequest',
        data: { name },
        suggest: [
          { messageId: 'remove', data: { name }, fix: (fixer) => removeProperty(fixer, sourceCode, option) },
        ],
      });
    }

    function checkAssignments(): void {
      for (const assignment of sdk.inventory.memberAssignments) {
        const target = unwrap(assignment.left);
        const name = target.type === 'MemberExpression' ? memberName(target) : null;
        if (target.type !== 'MemberExpression' || name === null || !anyUrl.test(name)) continue;
        const thing = sdk.what(target.object);
        const changes =
          thing?.kind === 'client' ||
          (thing?.kind === 'provider' && isSurelyPatched(sdk, thing) && !isBefore(assignment, thing.origin));
        if (changes && isCertain(sdk, target.object))
          context.report({ node: assignment, messageId: 'assigned', data: { name } });
      }
    }

    function checkFetches(): void {
      let configured: Record<UrlOption, string[]> | null = null;
      for (const call of possibleFetches(sdk)) {
        const url = fetchedUrl(sdk, call);
        if (!url) continue;
        if (!usesSdk()) return;
        configured ??= {
          proxyBaseUrl: writtenFor('proxyBaseUrl'),
          analyseBaseUrl: writtenFor('analyseBaseUrl'),
        };
        const address = whyOpsAddress(url, methodOf(sdk, call), configured);
        if (address)
          context.report({
            node: call,
            messageId: 'besideClient',
            data: { address: address === 'proxy' ? 'proxy' : 'ingest API' },
          });
      }
    }

    function usesSdk(): boolean {
      const { clients, events, patches } = sdk;
      return clients.length > 0 || events.length > 0 || patches.length > 0;
    }

    /** The values that the clients of this file give to an option. */
    function writtenFor(option: UrlOption): string[] {
      return sdk.clients.flatMap((client) => {
        const url = urlOf(sdk, client, option);
        return url && url !== 'default' ? [url.text] : [];
      });
    }

    // --- Clients ---------------------------------------------------------------------------------------------------

    function checkClients(): void {
      const { clients } = sdk;
      for (const client of clients) {
        for (const option of urlOptions) {
          const url = urlOf(sdk, client, option);
          if (url && url !== 'default') checkUrl(client, option, url);
        }
      }
      if (clients.length < 2) return;
      const firstOf = new Map<string, Client>();
      for (const client of clients) {
        const key = agentKey(sdk, client);
        if (key === null) continue;
        const first = firstOf.get(key);
        if (!first) firstOf.set(key, client);
        else if (runTogether(sdk, first.origin, client.origin)) checkSecond(first, client);
      }
    }

    function checkSecond(first: Client, second: Client): void {
      for (const option of urlOptions) {
        const [a, b] = [first, second].map((client) => urlOf(sdk, client, option));
        if (!a || !b) continue;
        const [other, url] = [a, b].map((each) => (each === 'default' ? hostedUrls[option] : each.text));
        if (other === url) continue;
        context.report({
          node: second.origin,
          messageId: 'secondClient',
          data: { option, url: url!, other: other!, line: String(first.origin.loc.start.line) },
        });
        return;
      }
    }

    function checkUrl(client: Client, option: UrlOption, url: WrittenUrl): void {
      const { text } = url;
      if (soundUrl[option].test(text)) return;
      if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
        const data = { option, url: JSON.stringify(text), example: `'${hostedUrls[option]}'` };
        context.report({ node: url.node, messageId: 'notAUrl', data });
        return;
      }
      const trimmed = text.replace(/\/+$/, '');
      const path = new URL(trimmed).pathname.replace(/^\/$/, '');
      const isAnthropics = sdk.patches.some(
        (patch) => patch.provider === 'anthropic' && patch.client.origin === client.origin,
      );
      if (option === 'proxyBaseUrl' && path !== '' && isAnthropics)
        reportUrl(url, 'pathForAnthropic', { path }, new URL(trimmed).origin);
      else if (option === 'analyseBaseUrl' && !path.endsWith('/api'))
        reportUrl(
          url,
          'withoutApi',
          { wrong: `${trimmed}/events/ingest` },
          path === '' ? `${trimmed}/api` : null,
        );
      else if (trimmed !== text) {
        const route = option === 'proxyBaseUrl' ? 'chat/completions' : 'events/ingest';
        reportUrl(url, 'trailingSlash', { option, wrong: `${text}/${route}` }, trimmed);
      }
    }

    function reportUrl(
      { node }: WrittenUrl,
      messageId: MessageIds,
      data: Record<string, string>,
      right: string | null,
    ): void {
      const isLiteral = node.type === 'Literal' || node.type === 'TemplateLiteral';
      const written = `'${right}'`;
      context.report({
        node,
        messageId,
        data,
        suggest:
          right !== null && isLiteral
            ? [
                {
                  messageId: 'write',
                  data: { url: written },
                  fix: (fixer: TSESLint.RuleFixer) => fixer.replaceText(node, written),
                },
              ]
            : [],
      });
    }

    checkClients();
    checkCalls();
    checkAssignments();
    checkFetches();
  },
});

/** What nearly every URL looks like: nothing in it can be wrong, so it need not be taken apart. */
const soundUrl = {
  proxyBaseUrl: /^https:\/\/(?:[a-z\d]+[.-])*[a-z]+$/,
  analyseBaseUrl: /^https:\/\/(?:[a-z\d]+[.-])*[a-z]+\/api$/,
};
const providerUrl = /^(base_?url|defaultBaseUrl)$/i;
const anyUrl = /^(base_?url|proxyBaseUrl|analyseBaseUrl)$/i;

/** The option of a call that sets a URL. */
function urlAmong(
  sdk: Sdk,
  call: TSESTree.CallExpression,
  position: number,
  names: RegExp,
): TSESTree.Property | null {
  if (call.arguments.length <= position) return null;
  const options = objectArgument(sdk, call, position);
  if (options.is !== 'here') return null;
  const found = propertyWhere(options.value, (name) => names.test(name));
  return found.is === 'here' && !isNothing(sdk, found.value) ? found.property! : null;
}

/** Where a method of a client or a trace would take options. */
function urlPosition(method: string): number {
  if (Object.hasOwn(optionsPosition, method)) return optionsPosition[method as EventMethod];
  return method === 'initAgent' || method === 'withOptions' ? 0 : 1;
}

function methodOf(sdk: Sdk, call: TSESTree.CallExpression): string | null {
  const init = objectArgument(sdk, call, 1);
  const method = init.is === 'here' ? property(init.value, 'method') : init;
  return method.is === 'here' ? (staticText(sdk, method.value as Node)?.toUpperCase() ?? null) : null;
}

function isBefore(node: Node, other: Node): boolean {
  return node.range[0] < other.range[0] && codeUnitOf(node) === codeUnitOf(other);
}

function runTogether(sdk: Sdk, a: Node, b: Node): boolean {
  const { exits } = sdk.inventory;
  return runsWith(a, b, exits) || runsWith(b, a, exits);
}

/** What two clients of one agent in one environment have in common: the function they are made in, agent and key. */
function agentKey(sdk: Sdk, { origin, config }: Client): string | null {
  if (!config) return null;
  const keys = ['agentName', 'apiKey'].map((name) => {
    const found = property(config, name);
    if (found.is === 'absent') return '';
    const id = found.is === 'here' ? identityOf(sdk, found.value) : null;
    return id && keyOf(id);
  });
  return keys.includes(null) || keys[0] === '' ? null : [codeUnitOf(origin).range[0], ...keys].join(' ');
}
