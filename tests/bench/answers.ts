// Measures how long the largest and oddest answers block the event loop of the process that reads them.
// Fails if one blocks it for more than 50 ms.
//   npm run bench:answers      (BENCH_MAX_LOAD; BENCH_CASES, a part of the names of the cases to run)
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { answerLimits } from "../../lib/providers/answer-limits";
import { complete } from "../../lib/providers/complete";
import { type ProviderId, providerIds } from "../../lib/providers/schema";
import { LaunchError } from "../../scripts/launch/launch-error";
import { type Lifecycle, launch } from "../../scripts/launch/lifecycle";
import { converseEvent } from "../support/event-stream";
import { answers } from "../support/provider-answers";
import { printIfBusy, requireQuietMachine } from "./quiet-machine";

const maxBlockMs = 50;
const rounds = 3;
const caseFilter = process.env.BENCH_CASES ?? "";

type Case = {
  name: string;
  stream: boolean;
  /** What takes the place of "world" in the answer. */
  text: string;
  repeat?: number;
  pieceBytes: number;
  gzip?: boolean;
  /** A member that stands first in the event or answer. */
  extra?: object;
};

const margin = 64 * 1024;
const largestEvent = "x".repeat(answerLimits.eventBytes - margin);
const largest = "x".repeat(answerLimits.wholeBytes - margin);

const fields = Math.floor(answerLimits.jsonTokens / 2) - 100;
const dense = Object.fromEntries(Array.from({ length: fields }, (_, at) => [`k${at}`, at]));

const cases: Case[] = [
  { name: "densest event", text: "!", extra: dense, pieceBytes: 65_536, stream: true },
  { name: "densest whole answer", text: "!", extra: dense, pieceBytes: 65_536, stream: false },
  {
    name: "event of 1.65 MB in 40-byte pieces",
    text: "x".repeat(1_650_000),
    pieceBytes: 40,
    stream: true,
  },
  {
    name: "event of 1.65 MB in 1.4 kB pieces",
    text: "x".repeat(1_650_000),
    pieceBytes: 1400,
    stream: true,
  },
  { name: "largest event", text: largestEvent, pieceBytes: 65_536, stream: true },
  { name: "50,000 events at once", text: "!", repeat: 50_000, pieceBytes: 65_536, stream: true },
  { name: "largest whole answer", text: largest, pieceBytes: 65_536, stream: false },
  {
    name: "largest whole answer in gzip",
    text: largest,
    pieceBytes: 65_536,
    stream: false,
    gzip: true,
  },
];

/** A provider in its own thread that answers each request with the body it last received. */
const upstreamCode = `
const { parentPort } = require("node:worker_threads");
let answer;
const server = require("node:http").createServer((request, response) => {
  request.resume().on("end", async () => {
    response.writeHead(200, answer.headers);
    for (let at = 0; at < answer.body.length; at += answer.pieceBytes) {
      const piece = answer.body.subarray(at, at + answer.pieceBytes);
      if (!response.write(piece)) await new Promise((drained) => response.once("drain", drained));
    }
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
parentPort.on("message", (next) => {
  answer = next;
  parentPort.postMessage("ready");
});
`;

async function bench(life: Lifecycle): Promise<void> {
  requireQuietMachine();
  const upstream = new Worker(upstreamCode, { eval: true });
  life.onStop(async () => void (await upstream.terminate()));
  const baseUrl = `http://127.0.0.1:${await nextMessage(upstream)}`;
  const slow: string[] = [];
  for (const tested of cases.filter(({ name }) => name.includes(caseFilter))) {
    for (const provider of providerIds) {
      upstream.postMessage({ ...bodyOf(provider, tested), pieceBytes: tested.pieceBytes });
      await nextMessage(upstream);
      const blocks: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        blocks.push(await measureBlock(provider, tested, baseUrl));
      }
      // Other load on the machine can only add to the time.
      const block = Math.min(...blocks);
      console.log(
        `  ${tested.name.padEnd(38)} ${provider.padEnd(10)} ${block.toFixed(1).padStart(7)} ms`,
      );
      if (block > maxBlockMs) slow.push(`${tested.name} (${provider})`);
    }
  }
  printIfBusy();
  if (slow.length > 0) {
    throw new LaunchError(
      `Blocked the event loop for more than ${maxBlockMs} ms: ${slow.join(", ")}`,
    );
  }
  await life.end(0);
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once("message", resolve));
}

function bodyOf(provider: ProviderId, { stream, text, extra, repeat = 1, gzip }: Case) {
  const { headers, body = [] } = stream ? answers[provider].streamed : answers[provider].whole;
  const parts = body.flatMap((part) => {
    const bytes = Buffer.from(part);
    if (!bytes.includes("world")) return [bytes];
    const delta = { extra, contentBlockIndex: 0, delta: { text } };
    const member = extra ? `{"extra":${JSON.stringify(extra)},` : "{";
    const isFrame = provider === "bedrock" && stream;
    const longer = isFrame
      ? converseEvent("contentBlockDelta", delta)
      : Buffer.from(
          bytes
            .toString("utf8")
            .replace("world", () => text)
            .replace("{", () => member),
        );
    return Array<Buffer>(repeat).fill(longer);
  });
  const content = Buffer.concat(parts);
  return gzip
    ? { headers: { ...headers, "content-encoding": "gzip" }, body: gzipSync(content) }
    : { headers, body: content };
}

/** The longest time in milliseconds that reading the answer blocks the event loop. */
async function measureBlock(
  provider: ProviderId,
  { stream, text, repeat = 1 }: Case,
  baseUrl: string,
): Promise<number> {
  const connection = { baseUrl, region: "eu-west-1", timeoutMs: 120_000 };
  const call = { model_id: "m", messages: [{ role: "user" as const, content: "Hi" }], stream };
  const { signal } = new AbortController();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let length = 0;
  for await (const event of complete(provider, call, "bench-key", signal, connection)) {
    if (event.type === "delta") length += JSON.stringify(event.text).length;
  }
  if (length < text.length * repeat) throw new Error(`The answer of ${provider} is incomplete`);
  // The last block is measured in the next turn of the loop.
  await wait(5);
  delay.disable();
  return delay.max / 1e6;
}

await launch(bench, { codeWhenStopped: 130 });
