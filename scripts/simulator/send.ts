import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Frame, HttpReply } from "./protocol";

const SIMULATED = { "x-switchboard-simulated": "true" };

/** How a reply breaks off in the middle, if it does. */
export type Cut = "hang" | "break" | { error: string | Uint8Array } | null;

/** Milliseconds before the first and between the further pieces of an answer. */
export interface Pace {
  first: number;
  between: number;
}

/** Sends a whole reply; a string as it is, anything else as JSON. */
export function sendReply(response: ServerResponse, reply: HttpReply): void {
  const body = encoded(reply.body);
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": body.length,
    ...reply.headers,
    ...SIMULATED,
  });
  response.end(body);
}

/** Sends the first half of a reply and then hangs or breaks the connection. */
export async function sendHalf(
  response: ServerResponse,
  reply: HttpReply,
  cut: Cut,
  signal: AbortSignal,
): Promise<void> {
  const body = encoded(reply.body);
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": body.length,
    ...reply.headers,
    ...SIMULATED,
  });
  await written(response, body.subarray(0, Math.floor(body.length / 2)));
  if (cut === "break") response.destroy();
  else await hang(signal);
}

/** Streams frames at a pace until the client goes; `cut` applies after half of the paced ones. */
export async function sendFrames(
  response: ServerResponse,
  headers: Record<string, string>,
  frames: Iterable<Frame>,
  options: { pace: Pace; cut: Cut; signal: AbortSignal },
): Promise<void> {
  const { pace, cut, signal } = options;
  response.writeHead(200, { "cache-control": "no-cache", ...headers, ...SIMULATED });
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
    await written(response, frame.data);
  }
  if (cut === "break") response.destroy();
  else if (cut === "hang") await hang(signal);
  else response.end(cut?.error);
}

/** Waits; rejects at once when the client goes. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal });
}

/** Never answers: rejects when the client goes or the simulator stops. */
export async function hang(signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  await once(signal, "abort");
  throw signal.reason;
}

async function written(response: ServerResponse, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

function encoded(body: unknown): Buffer {
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
