import type { Credential } from '../recording/exchange.ts';

const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'cookie'] as const;

/** Key prefixes of well-known model providers. Sources: their public API documentation. */
const PROVIDER_PREFIXES = ['sk-', 'sk_', 'gsk_', 'AIza', 'xai-', 'pplx-', 'hf_', 'r8_'];

/** What kind of secret a header value is, judged by its prefix and by the keys the fake knows. */
export function credentialKind(secret: string, isKnownKey: (secret: string) => boolean): Credential['kind'] {
  if (secret.startsWith('whyops_') || secret.startsWith('YOPS-') || isKnownKey(secret)) return 'whyops';
  if (PROVIDER_PREFIXES.some((prefix) => secret.startsWith(prefix))) return 'provider';
  return 'unknown';
}

/** Takes the secrets out of the headers: the recording keeps their kind and enough to recognise them, never the secret. */
export function redact(
  headers: Readonly<Record<string, string>>,
  isKnownKey: (secret: string) => boolean,
): { headers: Record<string, string>; credentials: Credential[] } {
  const kept: Record<string, string> = { ...headers };
  const credentials: Credential[] = [];
  for (const header of CREDENTIAL_HEADERS) {
    const value = headers[header];
    if (value === undefined) continue;
    const secret = value.replace(/^(Bearer|Basic)\s+/i, '').trim();
    const kind = credentialKind(secret, isKnownKey);
    kept[header] = `[${kind} key]`;
    credentials.push({ header, kind, hint: hintOf(secret) });
  }
  return { headers: kept, credentials };
}

function hintOf(secret: string): string {
  return `${secret.slice(0, Math.min(7, Math.floor(secret.length / 3)))}…`;
}
