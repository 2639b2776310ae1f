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
import { explainAwsFailure } from "@/lib/aws/failures";
import { asChange } from "@/lib/aws/refusals";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { failureName, log } from "@/lib/log";
import { describePlace } from "@/lib/setup/rules/place";
import { missingParts, whereLooked } from "@/lib/setup/service";
import { authenticate, isReading } from "./authenticate";
import { ifMatch, readBody, readParams, readQuery, refuseAnnounced } from "./input";
import type { Answered } from "./json";
import { refuseExcess } from "./limit";
import { problemResponse } from "./problem";
import { lineOf, noteRefusal, type Told, told } from "./refusals";
import { strictTransport } from "./security-headers";

/** What Next hands to a route handler; its parameters are decoded already. */
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
 * refused all the same.
 */
export function route<Name extends EndpointName>(
  name: Name,
  handle: (call: Call<NoInfer<Name>>) => Promise<Answered<AnswerOf<NoInfer<Name>>>>,
) {
  const row = rowOf(name);
  return (request: NextRequest, context: Context) =>
    respond(request, async (logged) => {
      if (row.answer.kind !== "none") refuseAnnounced(request, row.body);
      const actor = row.role === "open" ? undefined : await admit(request, logged, row.role);
      if (actor && row.limit) await refuseExcess(row.limit, actor.subject);
      const call = {
        request,
        actor,
        params: row.params && readParams(await context.params, row.params),
        query: row.query && readQuery(request, row.query),
        body: row.answer.kind === "none" ? undefined : await readBody(request, row.body),
        ifMatch: ifMatch(request),
      };
      // The row's own schemas made these values, and only an open row has no actor.
      const run = () => handle(call as Call<Name>);
      return row.role === "admin" && !isReading(request) ? asChange(run) : run();
    });
}

/** @throws AppError `unauthenticated`, `forbidden` */
async function admit(request: NextRequest, logged: Told, role: Role): Promise<Actor> {
  const user = await authenticate(request);
  logged.actor = user;
  refuseForeignOrigin(request);
  if (!hasRole(user.role, role)) {
    throw new AppError("forbidden", `This needs the role ${role}; you are ${user.role}.`);
  }
  return { ...user, requestId: logged.requestId };
}

async function respond(
  request: NextRequest,
  handle: (call: Told) => Promise<Response>,
): Promise<Response> {
  const begun = performance.now();
  const call = told(request, randomUUID());
  const response = await handle(call).catch(async (failure: unknown) => {
    const error = await toAppError(failure, call.requestId);
    if (refusals.has(error.status)) await noteRefusal(call, error);
    return problemResponse(error, call.requestId);
  });
  response.headers.set("x-request-id", call.requestId);
  const transport = strictTransport();
  if (transport) response.headers.set("strict-transport-security", transport);
  const ms = Math.round(performance.now() - begun);
  log("info", "Request", { ...lineOf(call), status: response.status, ms });
  return response;
}

const refusals = new Set([401, 403, 429]);

async function toAppError(error: unknown, requestId: string): Promise<AppError> {
  if (error instanceof AppError) return error;
  const explained = explainAwsFailure(error);
  if (explained?.code === "setup_incomplete") return withCommands(explained);
  const name = failureName(error);
  log("error", explained?.message ?? "Unexpected error", {
    request_id: requestId,
    name,
    at_line: origin(error),
  });
  return (
    explained ??
    new AppError("internal", `Something went wrong here. Quote the request id ${requestId}.`)
  );
}

/** AWS does not say which table it misses: look, and tell the command that creates it. */
async function withCommands(incomplete: AppError): Promise<AppError> {
  const missing = await missingParts({ afresh: true }).catch(() => []);
  if (missing.length === 0) return incomplete;
  const lines = [
    describePlace(await whereLooked(), missing),
    ...missing.map(({ name, command }) => `${name} does not exist. Create it: ${command}`),
  ];
  return new AppError("setup_incomplete", lines.join("\n"), {
    cause: incomplete,
    extra: { missing },
  });
}

/** The first frame of the stack: the message itself may hold what must not be logged. */
function origin(error: unknown): string | null {
  const frame = error instanceof Error ? error.stack?.split("\n    at ")[1] : undefined;
  return frame ?? null;
}

function refuseForeignOrigin(request: NextRequest): void {
  if (isReading(request)) return;
  const given = request.headers.get("origin");
  const own = new URL(env().NEXTAUTH_URL).origin;
  const foreign =
    given === null ? request.headers.get("sec-fetch-site") === "cross-site" : given !== own;
  if (foreign) throw new AppError("forbidden", "This request comes from another site.");
}
