import "server-only";
import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import type { EndpointName } from "@/lib/addresses";
import {
  type AnswerOf,
  type BodyOf,
  type IsOpen,
  type ParamsOf,
  type QueryOf,
  rowOf,
} from "@/lib/api/endpoints";
import { type Actor, hasRole, type Role, type SignedIn } from "@/lib/auth/actor";
import { currentUser } from "@/lib/auth/session";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { asChange } from "@/lib/aws/refusals";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import { describePlace } from "@/lib/setup/rules/place";
import { missingParts, readPlace } from "@/lib/setup/service";
import { resolveBearer } from "@/lib/tokens/service";
import { assertAnnouncedSize, ifMatch, readBody, readParams, readQuery } from "./input";
import type { Answered } from "./json";
import { enforceRateLimit } from "./limit";
import { problemResponse } from "./problem";
import { logFields, type RequestLog, recordRefusal, toRequestLog } from "./refusals";
import { hstsHeader } from "./security-headers";

/** Next's context of a route handler, with decoded parameters. */
type Context = { params: Promise<Record<string, string | string[]>> };

export type Call<Name extends EndpointName> = {
  request: NextRequest;
  params: ParamsOf<Name>;
  query: QueryOf<Name>;
  body: BodyOf<Name>;
  /** The etag that the caller's change was made on; null without If-Match. */
  ifMatch: string | null;
} & (IsOpen<Name> extends true ? object : { actor: Actor });

/**
 * The handler of an endpoint, by its row in the table: finds out who calls, checks role and Origin,
 * counts the request, parses parameters, query and body, stamps a request ID and turns errors into
 * problem responses. Bearer tokens aren't ambient, so Origin is optional with them; a foreign one is
 * refused anyway.
 */
export function route<Name extends EndpointName>(
  name: Name,
  handle: (call: Call<NoInfer<Name>>) => Promise<Answered<AnswerOf<NoInfer<Name>>>>,
) {
  const row = rowOf(name);
  return (request: NextRequest, context: Context) =>
    respond(request, async (requestLog) => {
      const run = async () => {
        if (row.answer.kind !== "none") assertAnnouncedSize(request, row.body);
        const actor =
          row.role === "open" ? undefined : await authorize(request, requestLog, row.role);
        if (actor && row.limit) await enforceRateLimit(row.limit, actor.subject);
        const call = {
          request,
          actor,
          params: row.params && readParams(await context.params, row.params),
          query: row.query && readQuery(request, row.query),
          body: row.answer.kind === "none" ? undefined : await readBody(request, row.body),
          ifMatch: ifMatch(request),
        };
        // The row's own schemas made these values, and only an open row has no actor.
        return handle(call as Call<Name>);
      };
      // With the session's own reads: after a permission is repaired, an admin must get in to try it.
      return row.role === "admin" && !isReadOnly(request) ? asChange(run) : run();
    });
}

const readMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether the method only reads. */
const isReadOnly = ({ method }: Request) => readMethods.has(method);

/**
 * The holder of the API token in `Authorization: Bearer`, otherwise the user of the session cookie.
 * An invalid token is refused even with a valid cookie, so that a script never acts as someone else.
 * @throws AppError `unauthenticated`; DynamoDB's error if it can't be read whether the token, or the
 *   session of a changing request, has ended
 */
async function authenticate(request: Request): Promise<SignedIn> {
  const authorization = request.headers.get("authorization") ?? "";
  if (/^Bearer(?: |$)/i.test(authorization)) {
    return resolveBearer(authorization.slice("Bearer".length).trim());
  }
  const user = await currentUser(isReadOnly(request) ? "allow" : "throw");
  if (!user) throw new AppError("unauthenticated", "Sign in first.");
  return user;
}

/** @throws AppError `unauthenticated`, `forbidden` */
async function authorize(request: NextRequest, requestLog: RequestLog, role: Role): Promise<Actor> {
  const user = await authenticate(request);
  requestLog.actor = user;
  rejectForeignOrigin(request);
  if (!hasRole(user.role, role)) {
    throw new AppError("forbidden", `This needs the role ${role}; you are ${user.role}.`);
  }
  return { ...user, requestId: requestLog.requestId };
}

async function respond(
  request: NextRequest,
  handle: (call: RequestLog) => Promise<Response>,
): Promise<Response> {
  const startedAt = performance.now();
  const call = toRequestLog(request, randomUUID());
  const response = await handle(call).catch(async (failure: unknown) => {
    const error = await toAppError(failure, call);
    if (refusals.has(error.status)) await recordRefusal(call, error);
    return problemResponse(error, call.requestId);
  });
  response.headers.set("x-request-id", call.requestId);
  const transport = hstsHeader();
  if (transport) response.headers.set("strict-transport-security", transport);
  const ms = Math.round(performance.now() - startedAt);
  log("info", "Request", { ...logFields(call), status: response.status, ms });
  return response;
}

const refusals = new Set([401, 403, 429]);

async function toAppError(
  error: unknown,
  { requestId, method }: Pick<RequestLog, "requestId" | "method">,
): Promise<AppError> {
  if (error instanceof AppError) return error;
  const explained = explainAwsFailure(error, method === "GET" ? onlyRead : undefined);
  if (explained?.code === "setup_incomplete") return addSetupCommands(explained);
  const name = errorName(error);
  log("error", explained?.message ?? "Unexpected error", {
    request_id: requestId,
    name,
    at_line: firstStackFrame(error),
  });
  return (
    explained ??
    new AppError("internal", `Something went wrong here. Quote the request id ${requestId}.`)
  );
}

/** AWS doesn't say which table is missing, so look for all of them. */
async function addSetupCommands(incomplete: AppError): Promise<AppError> {
  const missing = await missingParts({ force: true }).catch(() => []);
  if (missing.length === 0) return incomplete;
  const lines = [
    describePlace(await readPlace(), missing),
    ...missing.map(({ name, command }) => `${name} does not exist. Create it: ${command}`),
  ];
  return new AppError("setup_incomplete", lines.join("\n"), {
    cause: incomplete,
    extra: { missing },
  });
}

/** The message itself may hold what must not be logged. */
function firstStackFrame(error: unknown): string | null {
  const frame = error instanceof Error ? error.stack?.split("\n    at ")[1] : undefined;
  return frame ?? null;
}

function rejectForeignOrigin(request: NextRequest): void {
  if (isReadOnly(request)) return;
  const origin = request.headers.get("origin");
  const own = new URL(env().NEXTAUTH_URL).origin;
  const isForeign =
    origin === null ? request.headers.get("sec-fetch-site") === "cross-site" : origin !== own;
  if (isForeign) throw new AppError("forbidden", "This request comes from another site.");
}
