import "server-only";
import { pipeline, type Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { answerLimits, answerTooLarge, JsonWeight } from "./answer-limits";
import type { EventSplitter } from "./event-split";
import { withoutMedia } from "./media";
import type { Recorder } from "./provider";

const decoders: Record<string, () => ReturnType<typeof createUnzip>> = {
  gzip: createUnzip,
  "x-gzip": createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
};

/** The body without its content encodings. We request none, but some gateways compress anyway. */
export function decodedBody(body: Readable, contentEncoding: string | undefined): Readable {
  const encodings = (contentEncoding ?? "").toLowerCase().split(",");
  return encodings.reduceRight((encoded: Readable, encoding) => {
    const decoder = decoders[encoding.trim()]?.();
    return decoder ? pipeline(encoded, decoder, () => {}) : encoded;
  }, body);
}

/** Events passed to an SDK at once: it handles them without yielding to other work. */
const maxBatchEvents = 32;
const maxBatchBytes = 64 * 1024;

/**
 * Splits a streamed answer into pieces of one or more complete events.
 * @throws TransportError `too_large`, and errors of reading the body
 */
export async function* wholeEvents(
  body: AsyncIterable<Uint8Array>,
  splitter: EventSplitter,
  recorder: Recorder | null,
): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > answerLimits.streamBytes) throw answerTooLarge();
    recorder?.received(piece);
    yield* inBatches(splitter.push(piece));
  }
  yield* inBatches(splitter.end());
}

async function* inBatches(events: Buffer[]): AsyncGenerator<Buffer, void> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const event of events) {
    batch.push(event);
    bytes += event.length;
    if (batch.length < maxBatchEvents && bytes < maxBatchBytes) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
    await nextTurn();
  }
  if (batch.length > 0) yield Buffer.concat(batch);
}

/**
 * A complete answer as text, small enough to be parsed as JSON.
 * @throws TransportError `too_large`, and errors of reading the body
 */
export async function readAnswerText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  const weight = new JsonWeight();
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > answerLimits.rawBytes) throw answerTooLarge();
    for (const byte of piece) weight.add(byte);
    pieces.push(piece);
  }
  const json = withoutMedia(Buffer.concat(pieces));
  if (json.length > answerLimits.wholeBytes) throw answerTooLarge();
  return json.toString("utf8");
}

/** The beginning of an error's body as text. */
export async function readErrorText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= answerLimits.errorBytes) break;
  }
  return Buffer.concat(pieces).toString("utf8", 0, answerLimits.errorBytes);
}

const firstCharacter = /[^\s\uFEFF]/;
const maxSniffedBytes = 1024;

/** Whether a body looks like events rather than JSON or a page, whatever its content type says. */
export async function sniffBody(
  body: Readable,
): Promise<{ isEvents: boolean; bytes: AsyncGenerator<Uint8Array, void> }> {
  const iterator: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let first: string | undefined;
  while (first === undefined && start.length < maxSniffedBytes) {
    const { done, value } = await iterator.next();
    if (done) break;
    start = Buffer.concat([start, value]);
    first = firstCharacter.exec(start.toString("utf8"))?.[0];
  }
  return {
    isEvents: first === undefined || !/[{[<]/.test(first),
    bytes: rejoined(start, iterator),
  };
}

async function* rejoined(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  try {
    if (start.length > 0) yield start;
    for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
