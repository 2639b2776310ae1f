// Two copies of the container image behind a load balancer for an hour: people read, change prices and
// agents, put in keys, import and test models, while others attack. It fails on a 5xx, on a change that
// was acknowledged and is not there, and when memory does not come back. Memory at its start is what a
// copy holds after the warm-up and a minute of calm.
//   node scripts/bootstrap.mjs tests/attack/mixed-load.ts   (LOAD_SECONDS, LOAD_RATE)
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { imageNode } from "../../scripts/test/image-node";
import { liveMemory, liveMemoryVariables, processMemory } from "../bench/memory";
import { copyImageFiles, imageVariables } from "../support/image";
import { signInWithToken } from "../support/sign-in";
import { startStack } from "../support/stack";

const seconds = Number(process.env.LOAD_SECONDS || 3_600);
/** Requests per second that people send. */
const rate = Number(process.env.LOAD_RATE || 12);
/** The same work before the first measurement, so that code is compiled and caches are filled. */
const warmUpSeconds = Math.min(300, seconds / 4);
/** Lets kept-alive connections close and V8 release memory. */
const calmMs = 60_000;
/** Maximum ratio of a copy's memory after the attacks to its memory at the start. */
const maxGrowth = 1.15;

const renewalMs = 10 * 60_000;
const adminToken = "mixed-load-admin";
const writers = 12;

type Answer = { status: number; body: Record<string, unknown> };
/** `cookie` is replaced before the session ends. */
type Console = { url: string; cookie: string };
type Found = { requests: number; statuses: Map<string, number>; problems: string[] };

/** A prompt for which the simulator fails like a provider: the only expected 5xx. */
const injected = "Hello [[fail:provider_error]]";

async function send(
  { url, cookie }: Console,
  found: Found,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer | null> {
  const text = typeof body === "string";
  try {
    const response = await fetch(url + path, {
      method,
      headers: { cookie, "content-type": text ? "text/csv" : "application/json" },
      ...(body !== undefined && { body: text ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    found.requests += 1;
    const { status } = response;
    const isInjected =
      status === 502 && (body as { prompt?: string } | undefined)?.prompt === injected;
    const name = isInjected ? "502 (injected)" : `${status}`;
    found.statuses.set(name, (found.statuses.get(name) ?? 0) + 1);
    if (status >= 500 && !isInjected)
      found.problems.push(`${status} ${method} ${path}: ${answer.slice(0, 200)}`);
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status, body: isJson ? JSON.parse(answer) : {} };
  } catch (error) {
    const { message, cause } = error as Error; // Of fetch, or of JSON.
    found.problems.push(`${method} ${path}: ${message} (${cause})`);
    return null;
  }
}

const pages = [
  "/api/models",
  "/api/agents",
  "/api/providers",
  "/api/checks",
  "/api/activity",
  "/api/usage?from=2026-11-01&to=2026-11-29&group_by=model",
  "/api/agents/research-agent/v1.0/trace",
  "/api/agents/research-agent/v1.0/runs",
  "/models",
  "/agents",
  "/costs",
];

/** Acknowledged writes: the last value, and the number of changes. */
type Acknowledged = Map<string, { price: number; changes: number; unknown?: number[] }>;

async function makeModels(console: Console, found: Found): Promise<Acknowledged> {
  const acknowledged: Acknowledged = new Map();
  for (let writer = 0; writer < writers; writer += 1) {
    const model_id = `mixed-load-${writer}`;
    const made = await send(console, found, "POST", "/api/models", {
      provider: "openai",
      model_id,
    });
    if (made?.status !== 201) throw new Error(`No model ${model_id}: ${made?.status}`);
    acknowledged.set(model_id, { price: Number.NaN, changes: 0 });
  }
  return acknowledged;
}

/** Performs one user action; `turn` decides which. */
async function act(console: Console, found: Found, acknowledged: Acknowledged, turn: number) {
  const kind = turn % 12;
  if (kind < 6) {
    return send(console, found, "GET", pages[Math.floor(turn / 2) % pages.length] ?? "/models");
  }
  if (kind < 9) return changePrice(console, found, acknowledged, turn);
  if (kind === 9) return complete(console, found, turn);
  if (kind === 10) {
    const models = ["gpt-4.1", "gpt-4.1-mini"];
    const llm_model = models[Math.floor(turn / 12) % 2];
    const path = "/api/agents/batch-agent/v1.0";
    return send(console, found, "PATCH", path, { llm_provider: "openai", llm_model });
  }
  if (turn % 48 === 11) {
    const api_key = `sandbox-mixed-load-${turn}`;
    return send(console, found, "PUT", "/api/providers/xai/key", { api_key });
  }
  const rows = Array.from({ length: 50 }, (_, row) => `deepseek,mixed-import-${row},${turn % 7}`);
  const file = `provider,model_id,input_price\n${rows.join("\n")}\n`;
  return send(console, found, "POST", "/api/models/import?mode=partial", file);
}

/** Models with a write in progress. One writer per model, so that the last acknowledged value is known. */
const busy = new Set<string>();

async function changePrice(
  console: Console,
  found: Found,
  acknowledged: Acknowledged,
  turn: number,
) {
  const model = [...acknowledged].find(([id]) => !busy.has(id));
  if (!model) return;
  const [id, saved] = model;
  busy.add(id);
  // The map's first entries have been idle longest.
  acknowledged.delete(id);
  acknowledged.set(id, saved);
  const input_price = 1 + (turn % 1000) / 100;
  const answer = await send(console, found, "PATCH", `/api/models/openai/${id}`, { input_price });
  if (answer?.status === 200 && input_price !== saved.price) {
    saved.changes += 1;
    saved.price = input_price;
    saved.unknown = [];
  } else if (answer?.status !== 200) {
    // It may have been saved, so both prices are valid until the next acknowledged one.
    saved.unknown = [...(saved.unknown ?? []), input_price];
  }
  busy.delete(id);
}

async function complete(console: Console, found: Found, turn: number) {
  const body = { provider: "openai", model_id: "gpt-4.1", prompt: "Hello", stream: true };
  if (turn % 72 === 21) {
    const failing = { ...body, prompt: injected, stream: false };
    return send(console, found, "POST", "/api/completions", failing);
  }
  if (turn % 24 !== 9) return send(console, found, "POST", "/api/completions", body);
  const controller = new AbortController();
  const headers = { cookie: console.cookie, "content-type": "application/json" };
  await fetch(`${console.url}/api/completions`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: controller.signal,
  })
    .then(async (response) => {
      await response.body?.getReader().read();
      controller.abort();
    })
    .catch(() => undefined);
}

const nested = "[".repeat(50_000);
type Attack = {
  method?: string;
  path: string;
  body?: string | Uint8Array<ArrayBuffer>;
  type?: string;
  anonymous?: boolean;
};

const huge = new Uint8Array(9_000_000);
const importDryRun = "/api/models/import?dry_run=true";
const agent = "/api/agents/research-agent/v1.0";

/** Bodies that are unreasonably large, deep or long, and malformed addresses. */
const attacks: Attack[] = [
  { path: "/sign-in", body: huge, anonymous: true },
  { path: "/api/models/import", body: huge, anonymous: true },
  { path: importDryRun, body: nested },
  { path: importDryRun, body: `provider,model_id\n${"a,b\n".repeat(500_000)}`, type: "text/csv" },
  { path: "/api/completions", body: `{"prompt":"${"x".repeat(4_000_000)}"}` },
  { path: "/api/checks/diagnose", body: `{"text":"${"<".repeat(900_000)}"}` },
  { path: `${agent}/runs`, body: `{"message":${nested}` },
  { path: "/api/checks/evaluate", body: nested },
  { method: "GET", path: "/api/models/xai/%" },
  { method: "GET", path: "/api/activity/export?entity=x" },
  { method: "GET", path: "/sign-in?callbackUrl=/..//evil.example", anonymous: true },
  { method: "GET", path: `${agent}/runs/${"%00".repeat(500)}` },
  { method: "GET", path: "/api/agents", anonymous: true },
];

async function attackUntil(end: number, console: Console, found: Found): Promise<void> {
  for (let turn = 0; performance.now() < end; turn += 1) {
    // The remainder is an index.
    const attack = attacks[turn % attacks.length] as Attack;
    const { method = "POST", path, body, type = "application/json", anonymous } = attack;
    const { url, cookie } = console;
    const headers = { "content-type": type, ...(!anonymous && { cookie }) };
    const status = await fetch(`${url}${path}`, { method, headers, body: body ?? null })
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      // A connection closed during the upload counts as an answer.
      .catch(() => 0);
    found.statuses.set(`attack ${status}`, (found.statuses.get(`attack ${status}`) ?? 0) + 1);
    if (status >= 500) found.problems.push(`${status} to the attack on ${path}`);
    await delay(2_000);
  }
}

async function workUntil(
  end: number,
  consoles: Console[],
  found: Found,
  acknowledged: Acknowledged,
): Promise<void> {
  const pending: Promise<unknown>[] = [];
  const startedAt = performance.now();
  for (let turn = 0; performance.now() < end; turn += 1) {
    await delay(Math.max(0, startedAt + (turn * 1000) / rate - performance.now()));
    const console = consoles[turn % consoles.length];
    if (console) pending.push(act(console, found, acknowledged, turn));
    if (pending.length > 200) await Promise.all(pending.splice(0));
  }
  await Promise.all(pending);
}

type Measured = Parameters<typeof liveMemory>[0] & { pid: number };

/** Megabytes of each process: resident, peak, and in use after a collection. */
async function memoryOf(processes: Measured[]) {
  return Promise.all(
    processes.map(async (measured) => {
      const live = (await liveMemory(measured)) / 1024 / 1024;
      return { ...processMemory(measured.pid), live };
    }),
  );
}

function printMemory(title: string, memory: Awaited<ReturnType<typeof memoryOf>>): void {
  const figures = memory.map(
    ({ resident, peak, live }) =>
      `${resident.toFixed(0)} MB resident (peak ${peak.toFixed(0)}), ${live.toFixed(1)} in use`,
  );
  console.log(`  ${title}, each copy and then the stand-ins:\n    ${figures.join("\n    ")}`);
}

/** @returns acknowledged changes that are missing */
async function findLostChanges(console: Console, found: Found, acknowledged: Acknowledged) {
  const lost: string[] = [];
  for (const [id, { price, changes, unknown = [] }] of acknowledged) {
    const model = await send(console, found, "GET", `/api/models/openai/${id}`);
    if (changes > 0 && ![price, ...unknown].some((value) => model?.body.input_price === value)) {
      lost.push(`${id}: ${model?.body.input_price} instead of ${price}`);
    }
    const events = await countEvents(console, found, `/api/models/openai/${id}/history`);
    if (events < changes + 1) lost.push(`${id}: ${events} events of ${changes + 1}`);
  }
  return lost;
}

async function countEvents(console: Console, found: Found, path: string): Promise<number> {
  let count = 0;
  let cursor: unknown = null;
  do {
    const query = typeof cursor === "string" ? `?cursor=${encodeURIComponent(cursor)}` : "";
    const page = await send(console, found, "GET", path + query);
    const { events = [], cursor: next = null } = (page?.body ?? {}) as {
      events?: unknown[];
      cursor?: string | null;
    };
    count += events.length;
    cursor = next;
  } while (cursor);
  return count;
}

async function run(life: Lifecycle): Promise<void> {
  await ensureBuild(life);
  const node = await imageNode();
  if (node) process.env.IMAGE_NODE = node;
  const image = copyImageFiles();
  life.onStop(() => image.remove());
  process.env.STACK_IMAGE = image.folder;
  const env = {
    LOCAL_ADMIN_TOKEN: adminToken,
    RATE_LIMIT_KEYS: "1000000",
    RATE_LIMIT_COMPLETIONS: "1000000",
    ALLOW_RUNS: "true",
    NODE_OPTIONS: `${imageVariables.NODE_OPTIONS} ${liveMemoryVariables.NODE_OPTIONS}`,
  };
  const stack = await startStack({ env });
  life.onStop(() => stack.stop());
  const cookies = await Promise.all(
    Array.from({ length: 4 }, () => signInWithToken(stack.url, adminToken)),
  );
  const consoles = cookies.map((cookie) => ({ url: stack.url, cookie }));
  // A session ends 30 minutes after its last renewal, which only a browser requests.
  const renewal = setInterval(async () => {
    for (const console of consoles) {
      console.cookie = await signInWithToken(stack.url, adminToken).catch(() => console.cookie);
    }
  }, renewalMs);
  life.onStop(() => clearInterval(renewal));
  const [first] = consoles;
  if (!first) throw new Error("Nobody signed in.");
  const found: Found = { requests: 0, statuses: new Map(), problems: [] };
  const acknowledged = await makeModels(first, found);

  await workUntil(performance.now() + warmUpSeconds * 1000, consoles, found, acknowledged);
  await delay(calmMs);
  const processes = [...stack.copies, stack.launcher];
  const before = await memoryOf(processes);
  printMemory("before the attacks", before);
  const end = performance.now() + (seconds - warmUpSeconds) * 1000;
  await Promise.all([
    workUntil(end, consoles, found, acknowledged),
    attackUntil(end, first, found),
  ]);
  await delay(calmMs);
  const after = await memoryOf(processes);
  printMemory("after the attacks", after);

  const lost = await findLostChanges(first, found, acknowledged);
  const changes = [...acknowledged.values()].reduce((sum, entry) => sum + entry.changes, 0);
  console.log(`  ${found.requests} requests, ${changes} acknowledged changes, ${lost.length} lost`);
  for (const [status, count] of found.statuses) console.log(`    ${count} × ${status}`);
  for (const problem of [...lost, ...new Set(found.problems)].slice(0, 30)) {
    console.log(`  ${problem}`);
  }
  const grown = after.map(({ resident }, at) => resident / (before[at]?.resident ?? 1));
  // The stand-ins hold in memory what the changes wrote, so they grow.
  const isBack = grown.slice(0, stack.copies.length).every((growth) => growth <= maxGrowth);
  const growths = grown.map((growth) => growth.toFixed(2)).join(", ");
  console.log(`  memory of the copies and the stand-ins: ${growths} times its start`);
  await life.end(lost.length + found.problems.length === 0 && isBack ? 0 : 1);
}

await launch(run, { codeWhenStopped: 130 });
