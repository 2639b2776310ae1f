// oidc-provider ships no types. Declares only what oidc-server.ts uses.

declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  type Claims = Record<string, unknown> & { sub: string };
  type Context = { oidc: { client: { clientId: string }; session: { accountId: string } } };

  class Grant {
    constructor(properties: { clientId: string; accountId: string });
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: Record<string, unknown>[];
        claims: Record<string, string[]>;
        conformIdTokenClaims: boolean;
        features: Record<string, { enabled: boolean }>;
        interactions: { url: (context: Context, interaction: { uid: string }) => string };
        pkce: { required: () => boolean };
        cookies: { keys: string[] };
        ttl: Record<string, number>;
        findAccount: (
          context: Context,
          id: string,
        ) => { accountId: string; claims: () => Claims } | undefined;
        loadExistingGrant: (context: Context) => Promise<Grant>;
      },
    );
    Grant: typeof Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string } },
    ): Promise<void>;
  }
}
