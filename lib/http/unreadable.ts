import "server-only";
import { randomUUID } from "node:crypto";
import { type IncomingMessage, maxHeaderSize, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { answerOutsideNext } from "./problem";

/** How long the rest of a refused request is read and dropped, in milliseconds. */
export const drainMs = 5_000;

const notHttp = new AppError("malformed", "This is not a request of HTTP/1.1.");
const tooSlow = new AppError("request_timeout", "The request took too long to arrive.");
const tooLong = new AppError("too_large", "The body's chunk extensions are too large.");
const headersTooLarge = new AppError(
  "headers_too_large",
  `Address and headers may have ${maxHeaderSize / 1024} kB. In a browser, delete this site's cookies.`,
);
const noTunnel = new AppError("method_not_allowed", "This server is not a proxy.");

/** Refusals by Node's error codes (Node documentation, "clientError"). */
const unreadable: Record<string, AppError> = {
  HPE_HEADER_OVERFLOW: headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: tooLong,
  ERR_HTTP_REQUEST_TIMEOUT: tooSlow,
};

/** Node's own handler reads this property too: no other answer may follow one that has started. */
type AnsweringSocket = Duplex & { _httpMessage?: ServerResponse | null };

/** Answers requests that Node can't parse as HTTP. Node itself would send only a status. */
export function refuseUnreadable(failure: NodeJS.ErrnoException, socket: AnsweringSocket): void {
  // The rest of a request that was already refused.
  if (socket.writableEnded) return;
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  reject(socket, unreadable[failure.code ?? ""] ?? notHttp, failure.code ?? null);
}

/** Answers CONNECT. Node would close the connection without an answer. */
export function refuseConnect(_request: IncomingMessage, socket: Duplex): void {
  reject(socket, noTunnel, "CONNECT");
}

function reject(socket: Duplex, error: AppError, reason: string | null): void {
  const requestId = randomUUID();
  const { body, headers } = answerOutsideNext(error, requestId);
  const head = Object.entries({ ...headers, connection: "close" });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const { status, code } = error;
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
  // If the connection closed now, unread data would often make the client lose the answer.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), drainMs);
  socket.once("close", () => clearTimeout(timer));
  log("info", "Unreadable request", { request_id: requestId, status, code, reason });
}
