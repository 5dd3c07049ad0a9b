import { isObject, objectsIn, present } from '../../protocol/json.ts';
import type { ModelRoute } from './model-route.ts';
import { openaiHeaders, openaiMetadata } from './provider-request.ts';

/** `POST /v1/embeddings` */
export const embeddings: ModelRoute = {
  route: 'embeddings',
  providerName: 'openai',
  url: (provider) => `${provider.baseUrl}/embeddings`,
  headers: openaiHeaders,
  readsSignature: false,
  traceHeadersOn: { plain: true, error: true },
  textErrors: true,
  history: () => undefined,
  errorMetadata: () => ({}),

  request(call) {
    const { body } = call;
    return {
      body: present({ ...body, model: call.model }),
      event: {
        eventType: 'embedding_request',
        content: present({ input: body['input'] }),
        metadata: {
          ...openaiMetadata(call),
          params: present({
            dimensions: body['dimensions'],
            encodingFormat: body['encoding_format'],
            user: body['user'],
          }),
        },
        withoutUser: true,
      },
    };
  },

  reply(call, reply) {
    const list = isObject(reply) ? reply : {};
    const first = objectsIn(list['data'])[0]?.['embedding'];
    return [
      {
        eventType: 'embedding_response',
        content: present({
          object: list['object'],
          embeddingCount: Array.isArray(list['data']) ? list['data'].length : 0,
          firstEmbeddingDimensions: Array.isArray(first) ? first.length : undefined,
          encodingFormat: Array.isArray(first) ? 'float' : typeof first === 'string' ? 'base64' : undefined,
        }),
        // The provider's own snake_case usage: the backend's token columns stay empty.
        metadata: present({
          ...openaiMetadata(call),
          model: list['model'] ?? call.model,
          usage: list['usage'],
        }),
      },
    ];
  },
};
