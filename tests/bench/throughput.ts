// How many completions one copy of the container image serves at 16 at once, from an upstream without delay,
// compared with a route that does nothing, in turns; and the processor time that each takes.
//   node scripts/bootstrap.mjs tests/bench/throughput.ts      (BENCH_SECONDS, BENCH_MAX_LOAD)
import { readFileSync } from "node:fs";
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { imageNode } from "../../scripts/test/image-node";
import { signInWithToken } from "../support/sign-in";
import { startStack } from "../support/stack";
import { startCopy } from "./one-copy";
import { startPacedUpstream } from "./paced-upstream";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";
import { quantile } from "./statistics";

const seconds = Number(process.env.BENCH_SECONDS || 5);
const turns = 5;
const atOnce = 16;
const adminToken = "throughput-admin";

type Turn = { perSecond: number; cpuMs: number };

/** Milliseconds of processor time that a process has used (proc(5), in hundredths of a second). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measure(pid: number, call: () => Promise<Response>): Promise<Turn> {
  const [startedAt, cpuBefore] = [performance.now(), cpuMs(pid)];
  const end = startedAt + seconds * 1000;
  let answers = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) {
        const response = await call();
        const text = await response.text();
        if (!response.ok || text.includes("event: error")) throw new Error(text.slice(0, 500));
        answers += 1;
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1000;
  return { perSecond: answers / took, cpuMs: (cpuMs(pid) - cpuBefore) / answers };
}

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  await ensureBuild(life);
  const node = await imageNode();
  if (node) process.env.IMAGE_NODE = node;
  const upstream = await startPacedUpstream({ firstMs: 0, betweenMs: 0 });
  const stack = await startStack();
  life.onStop(() => stack.stop());
  const copy = await startCopy(life, stack, {
    LOCAL_ADMIN_TOKEN: adminToken,
    OPENAI_BASE_URL: upstream.baseUrl,
    RATE_LIMIT_COMPLETIONS: "1000000",
    KEY_CACHE_SECONDS: "30",
    LOG_LEVEL: "warn",
  });
  const cookie = await signInWithToken(copy.url, adminToken);
  const headers = { cookie, "content-type": "application/json" };
  const body = JSON.stringify({ provider: "openai", model_id: "gpt-4.1", prompt: "Hi" });
  const complete = () => fetch(`${copy.url}/api/completions`, { method: "POST", headers, body });
  const empty = () => fetch(`${copy.url}/api/health`, { headers });
  await measure(copy.pid, empty);
  await measure(copy.pid, complete);
  const measured: { floor: Turn; ours: Turn }[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const floor = await measure(copy.pid, empty);
    measured.push({ floor, ours: await measure(copy.pid, complete) });
  }
  const median = (of: (turn: (typeof measured)[number]) => number) =>
    quantile(measured.map(of), 0.5);
  const [floor, ours] = [
    median(({ floor }) => floor.perSecond),
    median(({ ours }) => ours.perSecond),
  ];
  console.log(`\n${atOnce} at once, ${turns} turns of ${seconds} s each, medians:\n`);
  console.log(
    `  empty route   ${floor.toFixed(0)} a second, ${median(({ floor }) => floor.cpuMs).toFixed(2)} ms of CPU each`,
  );
  console.log(
    `  completions   ${ours.toFixed(0)} a second, ${median(({ ours }) => ours.cpuMs).toFixed(2)} ms of CPU each`,
  );
  console.log(
    `  ratio         ×${median(({ floor, ours }) => ours.perSecond / floor.perSecond).toFixed(2)}`,
  );
  printIfBusy();
  upstream.stop();
  await life.end(0);
}

await launch(bench, { codeWhenStopped: 130 });
