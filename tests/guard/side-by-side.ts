import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { adminToken, ensureBuild, freePort, signIn, startConsole, viewerToken } from "./console";
import { storedData, tables } from "./stored-data";

/**
 * An old and a new copy of the app on the same stand-ins under load, as during a deployment:
 * `side-by-side.ts --old DIR --new DIR [--seconds 60]`. Fails on a 5xx, a lost acknowledged write or
 * a write without its event.
 */
const { values } = parseArgs({
  options: {
    old: { type: "string" },
    new: { type: "string", default: "." },
    seconds: { type: "string", default: "60" },
  },
});
if (!values.old) throw new Error("Name the older checkout: --old DIR");
const checkouts = [resolve(values.old), resolve(values.new)];

/** The simulator's paths by the app's environment variable. */
const providerPaths = {
  OPENAI_BASE_URL: "/openai/v1",
  ANTHROPIC_BASE_URL: "/anthropic",
  GOOGLE_GEMINI_BASE_URL: "/google",
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "/bedrock",
  XAI_BASE_URL: "/xai/v1",
  DEEPSEEK_BASE_URL: "/deepseek",
};

for (const checkout of checkouts) await ensureBuild(checkout);
const standIns = await startConsole({
  checkout: checkouts[0] ?? "",
  args: ["--stand-ins"],
  startsAt: null,
});

async function startCopy(checkout: string) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const bases = Object.entries(providerPaths).map(([name, path]) => [
    name,
    standIns.simulatorUrl + path,
  ]);
  const child = spawn(process.execPath, ["server.js"], {
    cwd: join(checkout, ".next/standalone"),
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      PORT: `${port}`,
      HOSTNAME: "127.0.0.1",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: standIns.awsUrl,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: "guard-session-secret-0123456789abcdef",
      LOCAL_ADMIN_TOKEN: adminToken,
      LOCAL_VIEWER_TOKEN: viewerToken,
      RATE_LIMIT_KEYS: "100000",
      RATE_LIMIT_COMPLETIONS: "100000",
      LOG_LEVEL: "warn",
      ...Object.fromEntries(bases),
    },
  });
  const isReady = () => fetch(`${url}/api/health/ready`).then(({ ok }) => ok);
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`The copy of ${checkout} ended.`);
    await delay(100);
  }
  const cookie = await signIn(url, adminToken);
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "close");
  };
  return { url, cookie, stop };
}

const copies = await Promise.all(checkouts.map(startCopy));
const failures: string[] = [];
const statuses = new Map<string, number>();
/** Acknowledged writes by entity. */
const acknowledged = new Map<string, number>();

type Reply = { status: number; body: Record<string, unknown> };
let turn = 0;

/** Sends a request to the next copy; both copies accept the same session. */
async function send(method: string, path: string, body?: unknown): Promise<Reply> {
  const copy = copies[turn++ % copies.length];
  if (!copy) throw new Error("There is no copy.");
  const answer = await fetch(copy.url + path, {
    method,
    headers: {
      cookie: copy.cookie,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const name = `${method} ${answer.status}`;
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
  if (answer.status >= 500)
    failures.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, body: isJson && text !== "" ? JSON.parse(text) : {} };
}

async function write(entity: string, method: string, path: string, body: unknown): Promise<Reply> {
  const reply = await send(method, path, body);
  if (reply.status < 300) acknowledged.set(entity, (acknowledged.get(entity) ?? 0) + 1);
  return reply;
}

const until = Date.now() + Number(values.seconds) * 1000;
const expected = new Map<string, number>();

/** Each worker repeatedly changes its own model on either copy; the last acknowledged price must stay. */
async function changeOwn(worker: number): Promise<void> {
  const id = `load-${worker}`;
  const entity = `model:openai#${id}`;
  await write(entity, "POST", "/api/models", { provider: "openai", model_id: id, input_price: 1 });
  for (let price = 2; Date.now() < until; price += 1) {
    const { status } = await write(entity, "PATCH", `/api/models/openai/${id}`, {
      input_price: price,
    });
    if (status === 200) expected.set(`openai#${id}`, price);
  }
}

/** Changes shared entities; a conflicting change is refused, not lost. */
async function changeShared(worker: number): Promise<void> {
  for (let round = 1; Date.now() < until; round += 1) {
    const model = round % 2 === worker % 2 ? "gpt-4o" : "gpt-4o-mini";
    await write(`model:openai#${model}`, "PATCH", `/api/models/openai/${model}`, {
      output_price: worker * 10_000 + round,
    });
    const changes = { llm_provider: "openai", llm_model: model };
    await write("agent:research-agent/v1.0", "PATCH", "/api/agents/research-agent/v1.0", changes);
    const budget = { scope: "agent", key: "sql-agent", monthly_usd: worker * 1000 + round };
    await write("budget:agent:sql-agent", "PUT", "/api/budgets", budget);
  }
}

async function changeDefaults(): Promise<void> {
  for (let round = 0; Date.now() < until; round += 1) {
    const model = ["grok-4.5", "grok-2-1212", "grok-4"][round % 3];
    await send("PATCH", `/api/models/xai/${model}`, { is_default: true });
    await delay(50);
  }
}

async function changeKeys(): Promise<void> {
  for (let round = 0; Date.now() < until; round += 1) {
    const id = round % 2 === 0 ? "xai" : "deepseek";
    const api_key = `sandbox-${id}-load-${round}`;
    const { status } = await send("PUT", `/api/providers/${id}/key`, { api_key });
    if (status < 300) lastKeys.set(id, api_key);
    await delay(100);
  }
}
const lastKeys = new Map<string, string>();

const reads = [
  "/api/models",
  "/api/agents",
  "/api/activity",
  "/api/checks",
  "/api/providers",
  "/api/budgets",
  "/api/usage",
  "/models",
  "/agents",
  "/costs",
  "/api/models/openai/gpt-4o/history",
];

async function read(): Promise<void> {
  for (let round = 0; Date.now() < until; round += 1)
    await send("GET", reads[round % reads.length] ?? "");
}

async function complete(): Promise<void> {
  while (Date.now() < until) {
    await send("POST", "/api/completions", {
      provider: "openai",
      model_id: "gpt-4o",
      prompt: "Say hello.",
      stream: false,
    });
    await delay(100);
  }
}

await Promise.all([
  ...[1, 2, 3, 4].map(changeOwn),
  ...[1, 2].map(changeShared),
  changeDefaults(),
  changeKeys(),
  read(),
  read(),
  complete(),
]);

const data = storedData(standIns.awsUrl);
const rows = await data.scan(tables.models);
for (const [pk, price] of expected) {
  const stored = rows.find((row) => row.pk?.S === pk)?.input_price?.N;
  if (Number(stored) !== price) failures.push(`${pk} costs ${stored}; ${price} was acknowledged.`);
}
const events = (await data.scan(tables.management)).filter((row) => row.event_id);
for (const [entity, count] of acknowledged) {
  const recorded = events.filter(({ pk }) => pk?.S === `events#${entity}`).length;
  // Writing an unchanged value is acknowledged and needs no event.
  const isWrong = entity.startsWith("model:openai#load-") ? recorded !== count : recorded > count;
  if (isWrong)
    failures.push(`${entity}: ${count} writes were acknowledged, ${recorded} events are there.`);
}
const defaults = rows.filter(({ pk, is_default }) => pk?.S?.startsWith("xai#") && is_default?.BOOL);
if (defaults.length !== 1) failures.push(`xAI has ${defaults.length} defaults.`);
const secret = await data.secret();
const names = { xai: "XAI_API_KEY", deepseek: "DEEPSEEK_API_KEY" };
for (const [id, name] of Object.entries(names)) {
  if (secret[name] !== lastKeys.get(id))
    failures.push(`${name} is not the key that was acknowledged last.`);
}
data.close();
for (const copy of copies) await copy.stop();
await standIns.stop();

console.log(Object.fromEntries([...statuses].sort()));
const writes = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
console.log(`${writes} acknowledged writes counted, ${expected.size} rows and 2 keys looked up.`);
for (const failure of failures) console.log(failure);
console.log(failures.length === 0 ? "Nothing was lost." : `${failures.length} faults`);
process.exit(failures.length === 0 ? 0 : 1);
