import "server-only";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";

type Outgoing = {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  signal: AbortSignal;
};

/**
 * Sends one HTTP request; the caller reads the body. Doesn't use `fetch`: Node's times out after
 * 300 s without headers or between two chunks (undici, `headersTimeout` and `bodyTimeout`), and
 * Next caches it. Here `signal` is the only limit. Redirects aren't followed.
 * @throws the connection's own error, with its code
 */
export function send(url: URL, outgoing: Outgoing): Promise<IncomingMessage> {
  const { method, headers, body, signal } = outgoing;
  const request = url.protocol === "https:" ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...headers, ...length } }, resolve);
    // Not the option `signal`, which destroys the socket with an error. Nothing handles that error
    // between the end of an answer and the next request.
    const abort = () => sent.destroy();
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    sent.on("close", () => signal.removeEventListener("abort", abort));
    sent.on("error", reject);
    sent.end(body ?? undefined);
  });
}
