// Measures what the console adds to a completion: the same streamed request to the same upstream,
// alternately directly and through POST /api/completions.
//   node scripts/bootstrap.mjs tests/bench/completions.ts      (BENCH_ROUNDS, BENCH_MAX_LOAD)
import { ensureBuild } from "../../scripts/launch/build";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { startProcessAgainst } from "../contract/console-process";
import { startStack } from "../support/stack";
import { startPacedUpstream } from "./paced-upstream";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";
import { type Pairs, printPairs } from "./statistics";

const rounds = Number(process.env.BENCH_ROUNDS || 200);
const warmUp = 20;

interface Times {
  /** Milliseconds from the request to the first text. */
  first: number;
  total: number;
}

/** Reads a stream to its end; `first` is when its text first holds the mark. */
async function timed(call: () => Promise<Response>, mark: string): Promise<Times> {
  const startedAt = performance.now();
  const response = await call();
  if (!response.ok || !response.body)
    throw new Error(`${response.status}: ${await response.text()}`);
  let first = Number.NaN;
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (Number.isNaN(first) && text.includes(mark)) first = performance.now() - startedAt;
  }
  if (Number.isNaN(first)) throw new Error(`No text came: ${text.slice(0, 500)}`);
  return { first, total: performance.now() - startedAt };
}

async function measure(direct: () => Promise<Times>, ours: () => Promise<Times>) {
  const first: Pairs = { title: "first token", base: [], other: [] };
  const total: Pairs = { title: "whole answer", base: [], other: [] };
  for (let round = -warmUp; round < rounds; round += 1) {
    // The second request meets warm caches, so the order alternates.
    const early = round % 2 === 0 ? null : await ours();
    const base = await direct();
    const other = early ?? (await ours());
    if (round < 0) continue;
    first.base.push(base.first);
    first.other.push(other.first);
    total.base.push(base.total);
    total.other.push(other.total);
  }
  return [first, total];
}

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  await ensureBuild(life);
  const upstream = await startPacedUpstream();
  // Only its AWS stand-in is used; the measured console calls the upstream directly.
  const stack = await startStack();
  life.onStop(() => stack.stop());
  const app = await startProcessAgainst(stack.awsUrl, { OPENAI_BASE_URL: upstream.baseUrl });
  life.onStop(() => app.stop());
  const prompt = "Name a river.";
  const body = {
    model: "gpt-4o",
    messages: [{ role: "user", content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
  };
  const direct = () =>
    fetch(`${upstream.baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer sandbox-bench" },
      body: JSON.stringify(body),
    });
  const ours = () =>
    app.admin.raw("POST", "/api/completions", { provider: "openai", model_id: body.model, prompt });
  const measures = await measure(
    () => timed(direct, "word0"),
    () => timed(ours, "word0"),
  );
  console.log(`\nStreamed completion of 20 tokens, ${rounds} pairs after ${warmUp} to warm up:\n`);
  printPairs(measures, "direct", "console");
  printIfBusy();
  await life.end(0);
}

await launch(bench, { codeWhenStopped: 130 });
