import { describe, expect, test } from "vitest";
import { removeKeyForms } from "@/lib/keys/rules/key-forms";
import { processorMs } from "../../support/elapsed";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const hex = "0123456789abcdef";
const random = (length: number, characters = letters) =>
  Array.from({ length }, () =>
    characters.charAt(Math.floor(Math.random() * characters.length)),
  ).join("");
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const keys: Record<string, string> = {
  OpenAI: `sk-proj-${random(74)}T3BlbkFJ${random(74)}`,
  "OpenAI, older": `sk-${random(48)}`,
  Anthropic: `sk-ant-api03-${random(93)}AA`,
  Google: `AIza${random(35)}`,
  "Google, newer": `AQ.${random(50)}`,
  Bedrock: `ABSK${random(109)}=`,
  "Bedrock, short-term": `bedrock-api-key-${random(200)}`,
  xAI: `xai-${random(80)}`,
  OpenRouter: `sk-or-v1-${random(64, hex)}`,
  Groq: `gsk_${random(52)}`,
  "Hugging Face": `hf_${random(34)}`,
  Replicate: `r8_${random(37)}`,
  Perplexity: `pplx-${random(48)}`,
  Langfuse: "sk-lf-1c0de5f1-4f9a-4c77-92b8-4d10a6c0de5f",
  GitHub: `ghp_${random(36)}`,
  "GitHub, OAuth": `gho_${random(36)}`,
  "GitHub, app": `ghs_${random(36)}`,
  "GitHub, fine-grained": `github_pat_${random(22)}_${random(59)}`,
  GitLab: `glpat-${random(20)}`,
  Slack: `xoxb-${random(12, "0123456789")}-${random(12, "0123456789")}-${random(24)}`,
  "Slack, app": `xapp-1-${random(11)}-${random(13, "0123456789")}-${random(64, hex)}`,
  "Slack, webhook": `https://hooks.slack.com/services/T${random(8)}/B${random(10)}/${random(24)}`,
  Stripe: `sk_live_${random(24)}`,
  "Stripe, restricted": `rk_test_${random(24)}`,
  "Stripe, webhook": `whsec_${random(32)}`,
  "AWS, access key": `AKIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  "AWS, temporary": `ASIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  "AWS, session token": `IQoJb3JpZ2luX2Vj${random(300)}`,
  "Google, OAuth secret": `GOCSPX-${random(28)}`,
  "Google, OAuth token": `ya29.${random(120)}`,
  JWT: `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url({ sub: random(20) })}.${random(43)}`,
  "JWT without signature": `${base64url({ alg: "none" })}.${base64url({ sub: random(20) })}.`,
  SendGrid: `SG.${random(22)}.${random(43)}`,
  Twilio: `SK${random(32, hex)}`,
  npm: `npm_${random(36)}`,
  PyPI: `pypi-${random(160)}`,
  Shopify: `shpat_${random(32, hex)}`,
  DigitalOcean: `dop_v1_${random(64, hex)}`,
  Docker: `dckr_pat_${random(27)}`,
  Databricks: `dapi${random(32, hex)}`,
  Vault: `hvs.${random(90)}`,
  Atlassian: `ATATT3x${random(180)}`,
  Grafana: `glsa_${random(32)}_${random(8, hex)}`,
};

const lines = Array.from({ length: 20 }, () => random(64)).join("\n");
const privateKeys: Record<string, string> = {
  PKCS8: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----`,
  RSA: `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${random(32, "0123456789ABCDEF")}\n\n${lines}\n-----END RSA PRIVATE KEY-----`,
  OpenSSH: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}==\n-----END OPENSSH PRIVATE KEY-----`,
  PGP: `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${lines}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----`,
};

/** The places in which runs hold a key. */
const places: [string, (key: string) => string][] = [
  ["in a sentence", (key) => `It is ${key}, he said.`],
  ["on a line of its own", (key) => `before\n${key}\nafter`],
  ["in JSON", (key) => JSON.stringify({ text: `before\n${key}\nafter` })],
  ["in JSON in JSON", (key) => JSON.stringify(JSON.stringify({ text: `it:\t${key}\nafter` }))],
  ["as a value", (key) => `TOKEN=${key}&next=1`],
  ["in a query", (key) => `https://example.com/?token%3D${key}`],
];

describe.each(Object.entries({ ...keys, ...privateKeys }))("a key of %s", (_, key) => {
  test.each(places)("is removed %s", (_place, put) => {
    const cleaned = removeKeyForms(put(key));
    expect(cleaned).toContain("[key removed]");
    for (let at = 0; at + 24 <= key.length; at += 12)
      expect(cleaned).not.toContain(key.slice(at, at + 24));
    const [before = "", after = ""] = put("|").split("|");
    expect(cleaned.startsWith(before)).toBe(true);
    expect(cleaned.endsWith(after)).toBe(true);
  });
});

test.each(Object.entries(privateKeys))(
  "a private key of %s is removed if its end is cut off",
  (_, key) => {
    const cut = key.slice(0, 400);
    expect(removeKeyForms(`It is ${cut}`)).toBe("It is [key removed]");
  },
);

const secret = `${random(20)}/${random(9)}+9${random(8)}`;

test.each([
  ["a header", "Authorization: Bearer ", "0123456789abcdef0123"],
  ["a header in JSON", '{"authorization":"Bearer ', "0123456789abcdef0123"],
  ["basic credentials", "Authorization: Basic ", "dXNlcjpwYXNzd29yZC0x"],
  ["a header with a key", '{"x-api-key":"', "0123456789abcdef0123"],
  ["AWS's file", "aws_secret_access_key = ", secret],
  ["AWS's environment", "export AWS_SECRET_ACCESS_KEY=", secret],
  ["AWS's answer", '{"SecretAccessKey":"', secret],
  ["AWS's answer in JSON", '{\\"SecretAccessKey\\": \\"', secret],
  ["JSON of a client", '{"client_secret": "', "0123456789abcdef0123"],
  ["JSON of a token", '{"refreshToken":"', "0123456789abcdef0123"],
  ["a form", "grant_type=password&password=", "Tr0ub4dor-and-3-more"],
  ["YAML", "api_key: ", "0123456789abcdef0123"],
  ["an address", "postgres://admin:", "s3cr3t-of-9"],
  ["a storage account", "AccountName=x;AccountKey=", `${random(86)}==`],
])("what is named as a secret is removed from %s", (_, before, value) => {
  const after = before.startsWith("postgres") ? "@db.example.com/x" : "";
  const cleaned = removeKeyForms(before + value + after);
  expect(cleaned).toBe(`${before}[key removed]${after}`);
});

test.each([
  "The password is swordfish.",
  "Bearer tokens are valid for 12 hours.",
  "Basic responsibilities of the team",
  '{"secret_key_name":"OPENAI_API_KEY","auth_header_prefix":"Bearer "}',
  '{"secret_path":"/ai-agent/llm-secrets/prod","secret_key_name":"AWS_BEARER_TOKEN_BEDROCK"}',
  '{"tokens_used":{"input_tokens":1200,"output_tokens":85},"max_tokens":4096}',
  "Incorrect API key provided: sk-proj****************abcd.",
  "Secret key not found: OPENAI_API_KEY in secret: /ai-agent/llm-secrets/prod",
  '{"api_key":"[key removed]"}',
  `{"api_key":"\${OPENAI_API_KEY}"}`,
  "A public key: -----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
  "arn:aws:states:eu-west-1:000000000000:execution:research-agent-prod:0b1c0de5-4f9a-4c77-92b8-4d10a6c0de5f",
  "risk-0123456789abcdef0123456789abcdef",
  "toolu_01A09q90qw90lq917835lq9",
  "call_ghp_short and eyJhbGciOiJIUzI1NiJ9 alone",
  "http://localhost:3000/models?q=a@b",
  "msg_01XFDUDYJgAACzvnptvVoYEL chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
])("%s stays", (text) => {
  expect(removeKeyForms(text)).toBe(text);
});

const units = [
  "sk-",
  "sk-proj-",
  "AIza",
  "SG.a",
  "SG.aaaaaaaaaaaaaaaa.",
  "xoxb.xoxb-",
  "https://hooks.slack.com/services/",
  "\\n",
  "%3D",
  "eyJ",
  "eyJ.",
  "bearer ",
  "authorization=",
  'api_key"',
  "access_token=",
  "password:",
  "://a:",
  "-----BEGIN ",
  "-----BEGIN PRIVATE KEY-----",
];

test.each(units)("a text of %j over and over is read within a moment", (unit) => {
  for (const end of ["", "a", "=", "@", "-----END "]) {
    const text = unit.repeat(250_000 / unit.length) + end;
    expect(processorMs(() => removeKeyForms(text))).toBeLessThan(1000);
  }
});
