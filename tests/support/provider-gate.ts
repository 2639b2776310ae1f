import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "./listen";

export type GatedCall = {
  model: string;
  /** The first user message. */
  message: string;
  /** When it arrived, in milliseconds of a monotonic clock. */
  at: number;
};

/** Answers a call instead of passing it on. */
type Refusal = { status: number; headers: Record<string, string>; body: string };

/**
 * Stands between the console and a provider with OpenAI's protocol. `decide` may hold a call, or answer
 * it instead of the provider, or cut its connection.
 */
export async function startProviderGate(upstream: string, basePath: string) {
  const passOn = async (_call: GatedCall, _number: number): Promise<Refusal | "cut" | null> => null;
  const answerAtOnce = async (_number: number): Promise<void> => {};
  let inProgress = 0;
  let maxInProgress = 0;
  const server = createServer(async (request, response) => {
    inProgress += 1;
    maxInProgress = Math.max(maxInProgress, inProgress);
    response.once("close", () => {
      inProgress -= 1;
    });
    const body = await text(request);
    const call = { ...contentOf(body), at: performance.now() };
    gate.calls.push(call);
    const number = gate.calls.length;
    const refusal = await gate.decide(call, number);
    if (refusal === "cut") response.destroy();
    if (refusal === "cut" || response.destroyed) return;
    const answer = refusal ?? (await forward(`${upstream}${request.url}`, request, body));
    await gate.holdAnswer(number);
    if (!answer) response.destroy();
    if (!answer || response.destroyed) return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body);
  });
  const port = await listen(server);
  const gate = {
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    calls: [] as GatedCall[],
    decide: passOn,
    /** Waits between the provider's answer and its delivery. */
    holdAnswer: answerAtOnce,
    /** The most calls that were in progress at the same time. */
    maxInProgress: () => maxInProgress,
    /** Forgets all calls and passes the next ones on. */
    reset() {
      gate.calls.length = 0;
      gate.decide = passOn;
      gate.holdAnswer = answerAtOnce;
      maxInProgress = inProgress;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return gate;
}

/** @returns null if the provider can't be reached, for example because its test has ended */
async function forward(
  url: string,
  { headers }: IncomingMessage,
  body: string,
): Promise<Refusal | null> {
  const authorization = headers.authorization ?? "";
  const request = { "content-type": "application/json", authorization };
  const answer = await fetch(url, { method: "POST", headers: request, body }).catch(() => null);
  return answer && { status: answer.status, headers: {}, body: await answer.text() };
}

type Body = { model: string; messages: { role: string; content: unknown }[] };

function contentOf(body: string): Pick<GatedCall, "model" | "message"> {
  const { model, messages } = JSON.parse(body) as Body; // As OpenAI documents it.
  const message = messages.find(({ role }) => role === "user")?.content;
  return { model, message: JSON.stringify(message) };
}
