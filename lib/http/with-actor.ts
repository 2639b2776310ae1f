import "server-only";
import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import type { Actor } from "@/lib/auth/actor";
import { mayActAs, type Role } from "@/lib/auth/actor";
import { explainAwsFailure } from "@/lib/aws/failures";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { failureName, log } from "@/lib/log";
import type { Limited } from "@/lib/rate-limits/service";
import { missingParts } from "@/lib/setup/service";
import { authenticate, isReading } from "./authenticate";
import { refuseExcess } from "./limit";
import { problemResponse } from "./problem";
import { lineOf, noteRefusal, type Told, told } from "./refusals";
import { strictTransport } from "./security-headers";

type Context<Params> = { params: Promise<Params> };
type Call<Params> = { request: NextRequest; params: Params; actor: Actor };
type Options = {
  /** Counted by person and minute; beyond it 429. */
  limit?: Limited;
};

/**
 * A route handler for people and API tokens with at least `role`: finds out who calls, checks role
 * and Origin, stamps a request id and turns errors into problem responses. A token is sent on
 * purpose by whoever holds it, so no Origin is needed with it; a foreign one is refused all the same.
 */
export function withActor<Params = Record<never, string>>(
  role: Role,
  handle: (call: Call<Params>) => Promise<Response>,
  { limit }: Options = {},
) {
  return (request: NextRequest, context: Context<Params>) =>
    respond(request, async (call) => {
      const user = await authenticate(request);
      call.actor = user;
      refuseForeignOrigin(request);
      if (!mayActAs(user.role, role)) {
        throw new AppError("forbidden", `This needs the role ${role}; you are ${user.role}.`);
      }
      if (limit) await refuseExcess(limit, user.subject);
      const actor = { ...user, requestId: call.requestId };
      return handle({ request, params: await context.params, actor });
    });
}

/** A route handler open to everyone, such as a health check. */
export function withOpen<Params = Record<never, string>>(
  handle: (request: NextRequest, context: Context<Params>) => Promise<Response>,
) {
  return (request: NextRequest, context: Context<Params>) =>
    respond(request, () => handle(request, context));
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
  const told = missing.map(({ name, command }) => `${name} does not exist. Create it: ${command}`);
  return new AppError("setup_incomplete", told.join("\n"), {
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
