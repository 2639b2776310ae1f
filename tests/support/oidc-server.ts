import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Provider from "oidc-provider";
import { listen } from "./listen";

/** The groups of each user by login. There are no passwords. */
export type People = Record<string, string[]>;

const clientId = "switchboard";
const scopes = "openid profile email groups";

const loginPage = `<!doctype html><html lang="en"><title>Provider</title>
<form method="post"><label>Login <input name="login" autofocus></label><button>Continue</button></form>`;

/**
 * A real OIDC provider on loopback, which requires PKCE and has the console as a public client. Groups
 * are in the ID token or only in the userinfo response.
 */
export async function startOidcServer(people: People, groupsFrom: "id_token" | "userinfo") {
  let serve = (_: IncomingMessage, response: ServerResponse): unknown =>
    response.writeHead(503).end();
  const server = createServer((request, response) => void serve(request, response));
  const issuer = `http://127.0.0.1:${await listen(server)}`;

  return {
    /** The app's variables. */
    env: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPE: scopes },
    /** Starts to serve, once the app's URL is known. */
    serveFor: (appUrl: string) => {
      const provider = makeProvider(issuer, appUrl, people, groupsFrom);
      const answer = provider.callback();
      serve = async (request, response) => {
        if (!request.url?.startsWith("/login/")) return answer(request, response);
        if (request.method !== "POST") {
          return response.writeHead(200, { "content-type": "text/html" }).end(loginPage);
        }
        const accountId = new URLSearchParams(await text(request)).get("login") ?? "";
        return provider.interactionFinished(request, response, { login: { accountId } });
      };
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function makeProvider(
  issuer: string,
  appUrl: string,
  people: People,
  groupsFrom: "id_token" | "userinfo",
): Provider {
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: [`${appUrl}/api/auth/callback/oidc`],
        token_endpoint_auth_method: "none",
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"], groups: ["groups"] },
    conformIdTokenClaims: groupsFrom === "userinfo",
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/login/${uid}` },
    pkce: { required: () => true },
    cookies: { keys: [randomUUID()] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_, login) => {
      const groups = people[login];
      if (!groups) return undefined;
      const email = `${login}@example.com`;
      return { accountId: login, claims: () => ({ sub: login, name: login, email, groups }) };
    },
    // Consent is skipped for this first-party client.
    loadExistingGrant: async ({ oidc: { client, session } }) => {
      const owner = { clientId: client.clientId, accountId: session.accountId };
      const grant = new provider.Grant(owner);
      grant.addOIDCScope(scopes);
      await grant.save();
      return grant;
    },
  });
  return provider;
}
