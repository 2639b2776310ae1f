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
import { type Actor, hasRole, type Role } from "@/lib/auth/actor";
import { type Caller, currentCaller } from "@/lib/auth/session";
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

/** Next's context of a route handler. The parameters are decoded. */
type Context = { params: Promise<Record<string, string | string[]>> };

export type Call<Name extends EndpointName> = {
  request: NextRequest;
  params: ParamsOf<Name>;
  query: QueryOf<Name>;
  body: BodyOf<Name>;
  /** The etag of the record that the caller edited; null without If-Match. */
  ifMatch: string | null;
} & (IsOpen<Name> extends true ? object : { actor: Actor });

/**
 * The handler of an endpoint, by its row in the table: authenticates the caller, checks role and
 * Origin, counts the request, parses parameters, query and body, stamps a request ID and turns
 * errors into problem responses. Bearer tokens aren't ambient, so Origin is optional with them; a
 * foreign one is refused anyway.
 */
export function route<Name extends EndpointName>(
  name: Name,
  handle: (call: Call<NoInfer<Name>>) => Promise<Answered<AnswerOf<NoInfer<Name>>>>,
) {
  return routeWithEarly(name, undefined, handle);
}

/**
 * As above. `readEarly` starts reads while the caller is still being authorized; the handler gets
 * its result.
 */
export function routeWithEarly<Name extends EndpointName, Early>(
  name: Name,
  readEarly: ((body: BodyOf<NoInfer<Name>>) => Early) | undefined,
  handle: (
    call: Call<NoInfer<Name>> & { early: Early },
  ) => Promise<Answered<AnswerOf<NoInfer<Name>>>>,
) {
  const row = rowOf(name);
  return (request: NextRequest, context: Context) =>
    respond(request, async (requestLog) => {
      const run = async () => {
        if (row.answer.kind !== "none") assertAnnouncedSize(request, row.body);
        const { role, limit } = row;
        const caller = role === "open" ? undefined : await authenticate(request);
        const isAllowed = role === "open" || (caller && hasRole(caller.user.role, role));
        const counted =
          isAllowed && caller && limit ? enforceRateLimit(limit, caller.user.subject) : undefined;
        const body = async () =>
          (row.answer.kind === "none"
            ? undefined
            : await readBody(request, row.body)) as BodyOf<Name>;
        const early = isAllowed && readEarly ? startReading(body(), readEarly) : undefined;
        counted?.catch(refusedLater);
        const actor =
          caller && role !== "open"
            ? await authorize(request, requestLog, caller, role)
            : undefined;
        await counted;
        const call = {
          request,
          actor,
          params: row.params && readParams(await context.params, row.params),
          query: row.query && readQuery(request, row.query),
          body: await (early ? early.body : body()),
          ifMatch: ifMatch(request),
          early: (await early?.reading)?.value,
        };
        // The row's schemas produced these values, and only an open endpoint has no actor.
        return handle(call as Call<Name> & { early: Early });
      };
      // Includes the session's own reads: after a permission is repaired, an admin must be able to
      // try again.
      return row.role === "admin" && !isReadOnly(request) ? asChange(run) : run();
    });
}

/** Starts what the handler needs while the caller is still being authorized. */
function startReading<Body, Early>(body: Promise<Body>, read: (body: Body) => Early) {
  // Wrapped in an object, because a promise of a promise waits for both.
  const reading = body.then((value) => ({ value: read(value) }));
  reading.then(({ value }) => value).catch(refusedLater);
  return { body, reading };
}

/** An early failure is thrown where it is awaited, unless the request is refused before that. */
function refusedLater(): void {}

const readMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether the method only reads. */
const isReadOnly = ({ method }: Request) => readMethods.has(method);

/**
 * The holder of the API token in `Authorization: Bearer`, otherwise the user of the session cookie.
 * An invalid token is refused even with a valid cookie, so that a script never acts as someone
 * else.
 * @throws AppError `unauthenticated`; DynamoDB's error if it can't be determined whether the token,
 *   or the session of a changing request, has ended
 */
async function authenticate(request: Request): Promise<Caller> {
  const authorization = request.headers.get("authorization") ?? "";
  if (/^Bearer(?: |$)/i.test(authorization)) {
    const user = await resolveBearer(authorization.slice("Bearer".length).trim());
    return { user, isSignedIn: Promise.resolve(true) };
  }
  const caller = await currentCaller(isReadOnly(request) ? "allow" : "throw");
  if (!caller) throw new AppError("unauthenticated", "Sign in first.");
  return caller;
}

/** @throws AppError `unauthenticated`, `forbidden`; what `isSignedIn` throws */
async function authorize(
  request: NextRequest,
  requestLog: RequestLog,
  { user, isSignedIn }: Caller,
  role: Role,
): Promise<Actor> {
  if (!(await isSignedIn)) throw new AppError("unauthenticated", "Sign in first.");
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

/** AWS doesn't name the missing table, so this looks for all of them. */
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

/** Without the message, which may contain what must not be logged. */
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
