// 200 signed-in people at a fixed rate for two minutes, against the files of the container image:
// no error, flat memory, and the slowest hundredth as a ratio to a single request of an idle console.
//   node scripts/bootstrap.mjs tests/bench/load.ts
//   (BENCH_SECONDS, BENCH_WARM_UP_SECONDS, BENCH_RATE, BENCH_MAX_LOAD)
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { freePort } from "../../scripts/launch/ports";
import { copyImageFiles } from "../support/image";
import { signInWithToken } from "../support/sign-in";
import { startStack } from "../support/stack";
import { keptByRequest, liveMemory, withLiveMemory } from "./live-memory";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";
import { quantile } from "./statistics";

const people = 200;
const seconds = Number(process.env.BENCH_SECONDS || 120);
/** Requests a second of all people together. */
const rate = Number(process.env.BENCH_RATE || 40);
/** At the same rate before anything is measured: V8 compiles, and gives the heap its size. */
const warmUpSeconds = Number(process.env.BENCH_WARM_UP_SECONDS || 120);
/** Between them the console is asked what it cannot let go of; that would spoil times under load. */
const parts = 6;
/** Milliseconds: connections, kept for 5 s, would count as memory in use, and more so on a bad day. */
const calm = 7_000;
/** Bytes: a row kept of each request, an entry of a map that nobody empties, is more. */
const maxKeptBytes = 700;
/** By how much the last third's resident memory may exceed the first's, for what is not V8's. */
const maxGrowth = 1.15;

/** What people look at, a list more often than a record. */
const paths = [
  "/api/models",
  "/api/agents",
  "/api/models",
  "/api/providers",
  "/api/agents/research-agent/v1.0",
  "/api/activity",
];

type Result = { milliseconds: number; problem: string | null };

/** @param due when it should have begun: a console that is late must not look faster for it */
async function ask(url: string, cookie: string, due: number): Promise<Result> {
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
    const { milliseconds } = await ask(url + path, cookie, performance.now());
    // The first round warms up.
    if (round >= 0) times.push(milliseconds);
  }
  return times;
}

/** Resident memory of a process in megabytes (proc(5)). */
function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

type Copy = Awaited<ReturnType<ReturnType<typeof copyImageFiles>["start"]>>;

/** @returns times and problems of all requests, and the resident memory of each second */
async function load({ url, pid }: Copy, cookies: string[], forSeconds: number) {
  const underWay: Promise<Result>[] = [];
  const resident: number[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < forSeconds * rate; sent += 1) {
    const due = startedAt + (sent * 1000) / rate;
    await delay(Math.max(0, due - performance.now()));
    const cookie = cookies[sent % people] ?? "";
    underWay.push(ask(url + paths[sent % paths.length], cookie, due));
    if (sent % rate === 0) resident.push(memoryOf(pid));
  }
  return { results: await Promise.all(underWay), resident };
}

async function loadInParts(copy: Copy, cookies: string[]) {
  const warmUp = await load(copy, cookies, warmUpSeconds);
  const readMemory = () => delay(calm).then(() => liveMemory(copy));
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

/** Prints what became of the memory. @returns whether it was flat */
function reportMemory({ resident, live, results }: Measured): boolean {
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  const third = resident.length / 3;
  const [early, late] = [resident.slice(0, third), resident.slice(-third)].map((values) =>
    quantile(values, 0.5),
  );
  const growth = (late ?? Number.NaN) / (early ?? Number.NaN);
  // V8 goes on compiling and growing for minutes, less and less: the second half tells.
  const kept = keptByRequest(live.slice(parts / 2), results.length / parts);
  console.log(`  resident memory: ${early?.toFixed(0)} MB, later ${late?.toFixed(0)} MB`);
  console.log(`  in use after a collection: ${live.map(megabytes).join(", ")} MB`);
  console.log(`  kept for each request: ${kept.toFixed(0)} bytes (at most ${maxKeptBytes})`);
  if (growth > maxGrowth) console.log(`  Resident memory grew to ${growth.toFixed(2)} times.`);
  return growth <= maxGrowth && kept <= maxKeptBytes;
}

/** Prints what was measured. @returns whether the console held. */
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
  const image = copyImageFiles();
  life.onStop(() => image.remove());
  const token = randomBytes(24).toString("hex");
  const port = await freePort();
  const copy = await image.start({
    PORT: `${port}`,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: stack.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: `http://localhost:${port}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    LOCAL_ADMIN_TOKEN: token,
    LOG_LEVEL: "warn",
    RATE_LIMIT_SIGN_INS: `${10 * people}`,
    KEEP_ALIVE_TIMEOUT: "5000",
    ...withLiveMemory,
  });
  life.onStop(() => copy.kill("SIGKILL"));
  const cookies = await signInAll(copy.url, token);
  const single = await singleRequests(copy.url, cookies[0] ?? "");
  const held = report(single, await loadInParts(copy, cookies));
  printIfBusy();
  await life.end(held ? 0 : 1);
}

await launch(bench, { codeWhenStopped: 130 });
