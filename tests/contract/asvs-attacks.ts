/** Where a request forged by the server would show: the last two are the cloud's own address. */
export const forgedAddresses = (trapUrl: string) => [
  trapUrl,
  trapUrl.replace("127.0.0.1", "0.0.0.0"),
  trapUrl.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
  "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
  "http://[fd00:ec2::254]/latest/meta-data/",
];

/** Fields by which programs are told where to call, at the top and further down. */
export function addressFields(trapUrl: string) {
  const [first, second, third, ...metadata] = forgedAddresses(trapUrl);
  return {
    base_url: first,
    baseURL: second,
    endpoint: third,
    url: first,
    host: second,
    proxy: first,
    callback_url: third,
    options: { base_url: second, http: { endpoint: first } },
    metadata: metadata.map((url) => ({ url, nested: { endpoint: first } })),
  };
}

/** A completion with an address where the schema has no place for one, and the field that is named. */
export const completionsWith = (url: string): [Record<string, unknown>, string][] => [
  [{ prompt: "Hello", metadata: { base_url: url } }, "metadata"],
  [{ prompt: "Hello", tools: [{ name: "look", endpoint: url }] }, "tools.0.endpoint"],
  [{ messages: [{ role: "user", content: "Hello", base_url: url }] }, "messages.0.base_url"],
  [messageOf({ type: "image", media_type: "image/png", data: url }), "messages.0.content.0.data"],
  [messageOf({ type: "image_url", image_url: { url } }), "messages.0.content.0.type"],
  [
    messageOf({ type: "image", media_type: "image/png", data: "aaaa", url }),
    "messages.0.content.0.url",
  ],
];

const messageOf = (part: Record<string, unknown>) => ({
  messages: [{ role: "user", content: [part] }],
});

/** An address as mere data, where anything may stand: the model is told of it, nobody calls it. */
export const completionsAbout = (urls: string[]) => [
  { prompt: `Read ${urls.join(" and ")}` },
  { prompt: "Hello", system: urls.map((url) => `![image](${url})`).join(" ") },
  {
    prompt: "Hello",
    tools: urls.map((url, at) => ({
      name: `look-${at}`,
      parameters: { type: "object", $ref: url, properties: {} },
    })),
  },
];

/** Ids and filters that would mean something to an interpreter behind them. */
export const hostileTexts = [
  "'",
  '"',
  "x' OR '1'='1",
  "attribute_exists(pk)",
  ":pk",
  "size",
  '{"S":"x"}',
  "$ne",
  "<script>alert(1)</script>",
  "%2e%2e%2f",
  "..%2f..%2f",
  "a\u0000b",
  'a\r\n{"level":"error","message":"forged"}',
  "__proto__",
  "constructor",
];

/** Ids that would lead a request elsewhere if they went into an address as they are. */
export const hostileModelIds = [
  "../../../../latest/meta-data",
  "models/../../../admin",
  "http://169.254.169.254/",
  "//0.0.0.0/x",
  "@0.0.0.0/x",
  "x?key=stolen",
  "x%2f..%2f..%2fadmin",
];

/** Attributes that the server sets, by the route whose body must not carry them. */
export const assignedByServer: [string, string, Record<string, unknown>, string[]][] = [
  [
    "POST",
    "/api/models",
    { provider: "openai", model_id: "mass-assigned" },
    ["pk", "created_at", "updated_at", "etag", "used_by", "last_test", "input_price_source"],
  ],
  [
    "PATCH",
    "/api/models/openai/asvs-model",
    {},
    ["pk", "provider", "model_id", "created_at", "updated_at", "updated_by", "etag"],
  ],
  [
    "PATCH",
    "/api/agents/asvs-agent/v1.0",
    {},
    ["agent_name", "version", "status", "state_machine_arn", "metadata", "updated_at", "role"],
  ],
  [
    "PUT",
    "/api/providers/openai/key",
    { api_key: "sandbox-asvs" },
    ["updated_by", "updated_at", "status", "last_four", "secret_key_name"],
  ],
  [
    "POST",
    "/api/tokens",
    { name: "asvs", role: "viewer", expires_in_days: 1 },
    ["id", "hash", "token", "created_by", "expires_at", "subject"],
  ],
  [
    "PUT",
    "/api/budgets",
    { scope: "provider", key: "openai", monthly_usd: 5 },
    ["id", "etag", "updated_by", "actor"],
  ],
  [
    "POST",
    "/api/checks/dismiss",
    { code: "key_missing", subject: { kind: "key", id: "xai" }, reason: "not in use" },
    ["by", "at", "actor"],
  ],
];
