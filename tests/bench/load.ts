// Sends the requests of 200 signed-in people at a fixed rate for two minutes to the container image.
// Fails on an error or growing memory; prints the slowest hundredth as a ratio to an idle request.
//   node scripts/bootstrap.mjs tests/bench/load.ts
//   (BENCH_SECONDS, BENCH_WARM_UP_SECONDS, BENCH_RATE, BENCH_MAX_LOAD)
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { signInWithToken } from "../support/sign-in";
import { startStack } from "../support/stack";
import { liveMemory, liveMemoryVariables, processMemory, retainedPerRequest } from "./memory";
import { type Copy, startCopy } from "./one-copy";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";
import { quantile } from "./statistics";

const people = 200;
const seconds = Number(process.env.BENCH_SECONDS || 120);
/** Requests per second of all people together. */
const rate = Number(process.env.BENCH_RATE || 40);
/** At the same rate, before anything is measured: V8 compiles and sizes the heap. */
const warmUpSeconds = Number(process.env.BENCH_WARM_UP_SECONDS || 120);
/** Live memory is read between the parts, because a collection under load would distort the times. */
const parts = 6;
/** Idle connections, which stay open for 5 s, would count as memory in use. */
const calmMs = 7_000;
/** A leak, such as a map entry per request, exceeds this. */
const maxRetainedBytes = 700;
/** Maximum ratio of the last third's resident memory to the first's; covers memory outside V8. */
const maxGrowth = 1.15;

/** The requested paths; lists are read more often than records. */
const paths = [
  "/api/models",
  "/api/agents",
  "/api/models",
  "/api/providers",
  "/api/agents/research-agent/v1.0",
  "/api/activity",
];

type Result = { milliseconds: number; problem: string | null };

/** @param due the scheduled start, so that a delayed request counts its delay */
async function fetchTimed(url: string, cookie: string, due: number): Promise<Result> {
  const problem = await fetch(url, { headers: { cookie } }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok ? null : `${response.status} ${new URL(url).pathname}`;
    },
    (error: Error) => error.message,
  );
  return { milliseconds: performance.now() - due, problem };
}

async function signInAll(url: string, token: string): Promise<string[]> {
  const cookies: string[] = [];
  while (cookies.length < people) {
    const few = Array.from({ length: 10 }, () => signInWithToken(url, token));
    cookies.push(...(await Promise.all(few)));
  }
  return cookies;
}

async function singleRequests(url: string, cookie: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = -paths.length; round < 20 * paths.length; round += 1) {
    const path = paths[Math.abs(round) % paths.length];
    const { milliseconds } = await fetchTimed(url + path, cookie, performance.now());
    // The first round warms up.
    if (round >= 0) times.push(milliseconds);
  }
  return times;
}

/** @returns times and problems of all requests, and the resident memory of each second */
async function load({ url, pid }: Copy, cookies: string[], forSeconds: number) {
  const pending: Promise<Result>[] = [];
  const resident: number[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < forSeconds * rate; sent += 1) {
    const due = startedAt + (sent * 1000) / rate;
    await delay(Math.max(0, due - performance.now()));
    const cookie = cookies[sent % people] ?? "";
    pending.push(fetchTimed(url + paths[sent % paths.length], cookie, due));
    if (sent % rate === 0) resident.push(processMemory(pid).resident);
  }
  return { results: await Promise.all(pending), resident };
}

async function loadInParts(copy: Copy, cookies: string[]) {
  const warmUp = await load(copy, cookies, warmUpSeconds);
  const readMemory = () => delay(calmMs).then(() => liveMemory(copy));
  const live = [await readMemory()];
  const measured: Awaited<ReturnType<typeof load>>[] = [];
  for (let part = 0; part < parts; part += 1) {
    measured.push(await load(copy, cookies, seconds / parts));
    live.push(await readMemory());
  }
  return {
    warmUp: warmUp.results,
    results: measured.flatMap(({ results }) => results),
    resident: measured.flatMap(({ resident }) => resident),
    live,
  };
}

type Measured = Awaited<ReturnType<typeof loadInParts>>;

/** Prints the memory over time. @returns whether it was flat */
function reportMemory({ resident, live, results }: Measured): boolean {
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  const third = resident.length / 3;
  const [early, late] = [resident.slice(0, third), resident.slice(-third)].map((values) =>
    quantile(values, 0.5),
  );
  const growth = (late ?? Number.NaN) / (early ?? Number.NaN);
  // V8's growth levels off over minutes, so only the second half counts.
  const retained = retainedPerRequest(live.slice(parts / 2), results.length / parts);
  console.log(`  resident memory: ${early?.toFixed(0)} MB, later ${late?.toFixed(0)} MB`);
  console.log(`  in use after a collection: ${live.map(megabytes).join(", ")} MB`);
  console.log(
    `  kept for each request: ${retained.toFixed(0)} bytes (at most ${maxRetainedBytes})`,
  );
  if (growth > maxGrowth) console.log(`  Resident memory grew to ${growth.toFixed(2)} times.`);
  return growth <= maxGrowth && retained <= maxRetainedBytes;
}

/** Prints the results. @returns whether all limits were met */
function report(single: number[], measured: Measured): boolean {
  const { warmUp, results } = measured;
  const times = results.map(({ milliseconds }) => milliseconds);
  const all = [...warmUp, ...results];
  const problems = all.flatMap(({ problem }) => problem ?? []);
  const idle = quantile(single, 0.5);
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const line = (share: number, name: string) => {
    const time = quantile(times, share);
    console.log(`  ${name}: ${ms(time)}, ${(time / idle).toFixed(1)} times an idle single request`);
  };
  console.log(
    `\n${people} people, ${rate} requests a second for ${seconds} s, after ${warmUpSeconds} s:\n`,
  );
  console.log(`  idle single request: median ${ms(idle)}, p99 ${ms(quantile(single, 0.99))}`);
  line(0.5, "median");
  line(0.99, "p99");
  const isFlat = reportMemory(measured);
  console.log(`  errors: ${problems.length} of ${all.length}`);
  for (const problem of new Set(problems)) console.log(`    ${problem}`);
  return problems.length === 0 && isFlat;
}

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  await ensureBuild(life);
  const stack = await startStack();
  life.onStop(() => stack.stop());
  const token = randomBytes(24).toString("hex");
  const copy = await startCopy(life, stack, {
    LOCAL_ADMIN_TOKEN: token,
    LOG_LEVEL: "warn",
    RATE_LIMIT_SIGN_INS: `${10 * people}`,
    KEEP_ALIVE_TIMEOUT: "5000",
    ...liveMemoryVariables,
  });
  const cookies = await signInAll(copy.url, token);
  const single = await singleRequests(copy.url, cookies[0] ?? "");
  const isPassed = report(single, await loadInParts(copy, cookies));
  printIfBusy();
  await life.end(isPassed ? 0 : 1);
}

await launch(bench, { codeWhenStopped: 130 });
