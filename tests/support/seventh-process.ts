// Prints what the console knows about a provider that only a copy of its sources has:
//   node --conditions=react-server --import tsx tests/support/seventh-process.ts ID

import { readEnvironment } from "@/lib/env";
import { loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { complete } from "@/lib/providers/complete";
import { fetchListing } from "@/lib/providers/list-models";
import { connectionTo, type ListingProvider } from "@/lib/providers/registry";
import { providerDetails } from "@/lib/providers/rules/details";
import { isProviderId, providerIdOf, providerInfo, providerNames } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { LocalEnvironment } from "@/scripts/launch/app-environment";
import { sandboxKeys } from "@/scripts/populate/sandbox-keys";

const [id = ""] = process.argv.slice(2);
if (!isProviderId(id) || id === "bedrock") throw new Error(`"${id}" is no provider`);
const provider: ListingProvider = id;

const key = "key-of-the-test";
const { signal } = new AbortController();
const connection = connectionTo(provider);
const call = { model_id: "m", messages: [{ role: "user" as const, content: "Hi" }], stream: false };

async function completionText(): Promise<string> {
  let text = "";
  for await (const event of complete(provider, call, key, signal)) {
    if (event.type === "delta") text += event.text;
  }
  return text;
}

const { name, secret_key_name } = providerInfo(provider);
const { catalog_id, endpoint, base_url_variable } = providerDetails[provider];
const local = new LocalEnvironment({ mode: "production", port: 3000, signIn: signIn() });
const catalog = await loadBuiltInCatalog();

function signIn() {
  return {
    NEXTAUTH_SECRET: "a-secret-of-thirty-two-characters",
    LOCAL_ADMIN_TOKEN: "admin-token",
    LOCAL_VIEWER_TOKEN: "viewer-token",
  };
}

process.stdout.write(
  JSON.stringify({
    row: { name, secret_key_name, endpoint },
    names: providerNames(provider).map(providerIdOf),
    fallback: readEnvironment({ ...process.env, [base_url_variable]: "" })[base_url_variable],
    upstream: local.upstreams[provider],
    sandbox: Object.keys(sandboxKeys(new Date())).includes(secret_key_name),
    priced: catalog_id !== null && catalog.price(provider, "mistral-large-latest") !== null,
    answer: await completionText(),
    listed: (await fetchListing(provider, key, signal, connection)).models.map(
      ({ model_id }) => model_id,
    ),
    verdict: (await verifyKey(provider, key, signal)).outcome,
  }),
);
