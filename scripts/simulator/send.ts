import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Frame, HttpReply } from "./protocol";

const simulatedHeaders = { "x-switchboard-simulated": "true" };

/** How a reply ends prematurely; null if it doesn't. */
export type Cut = "hang" | "break" | { error: string | Uint8Array } | null;

/** Milliseconds before the first chunk of an answer and between the others. */
export interface Pace {
  first: number;
  between: number;
}

/** Sends a complete reply: strings unchanged, anything else as JSON. */
export function sendReply(response: ServerResponse, reply: HttpReply): void {
  response.end(writeHead(response, reply));
}

/** Sends the first half of a reply, then hangs or closes the connection. */
export async function sendHalf(
  response: ServerResponse,
  reply: HttpReply,
  cut: Cut,
  signal: AbortSignal,
): Promise<void> {
  const body = writeHead(response, reply);
  await write(response, body.subarray(0, Math.floor(body.length / 2)));
  if (cut === "break") response.destroy();
  else await neverAnswer(signal);
}

/** Streams frames until the client disconnects; `cut` applies after half of the paced ones. */
export async function sendFrames(
  response: ServerResponse,
  headers: Record<string, string>,
  frames: Iterable<Frame>,
  options: { pace: Pace; cut: Cut; signal: AbortSignal },
): Promise<void> {
  const { pace, cut, signal } = options;
  response.writeHead(200, { "cache-control": "no-cache", ...headers, ...simulatedHeaders });
  response.flushHeaders();
  const all = [...frames];
  const middle = Math.ceil(all.filter((frame) => frame.paced).length / 2);
  let tokens = 0;
  for (const frame of all) {
    if (frame.paced) {
      if (cut !== null && tokens >= middle) break;
      await pause(tokens === 0 ? pace.first : pace.between, signal);
      tokens += 1;
    }
    await write(response, frame.data);
  }
  if (cut === "break") response.destroy();
  else if (cut === "hang") await neverAnswer(signal);
  else response.end(cut?.error);
}

/** Waits; rejects as soon as the client disconnects. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal });
}

/** Never resolves; rejects when the client disconnects or the simulator stops. */
export async function neverAnswer(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  await once(signal, "abort");
  throw signal.reason;
}

async function write(response: ServerResponse, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Writes status and headers, and returns the encoded body. */
function writeHead(response: ServerResponse, { status, headers, body }: HttpReply): Buffer {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": bytes.length,
    ...headers,
    ...simulatedHeaders,
  });
  return bytes;
}
