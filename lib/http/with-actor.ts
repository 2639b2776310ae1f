import "server-only";
import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import { type Actor, currentUser } from "@/lib/auth/actor";
import { mayActAs, type Role } from "@/lib/auth/roles";
import { explainAwsFailure } from "@/lib/aws/failures";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { missingParts } from "@/lib/setup/service";
import { log } from "./log";
import { problemResponse } from "./problem";

type Context<Params> = { params: Promise<Params> };
type Call<Params> = { request: NextRequest; params: Params; actor: Actor };

/**
 * A route handler for people with at least `role`: resolves the session, checks role and Origin,
 * stamps a request id and turns errors into problem responses.
 */
export function withActor<Params = Record<never, string>>(
  role: Role,
  handle: (call: Call<Params>) => Promise<Response>,
) {
  return (request: NextRequest, context: Context<Params>) =>
    respond(async (requestId) => {
      const user = await currentUser();
      if (!user) throw new AppError("unauthenticated", "Sign in first.");
      refuseForeignOrigin(request);
      if (!mayActAs(user.role, role)) {
        throw new AppError("forbidden", `This needs the role ${role}; you are ${user.role}.`);
      }
      return handle({ request, params: await context.params, actor: { ...user, requestId } });
    });
}

/** A route handler open to everyone, such as a health check. */
export function withOpen(handle: (request: NextRequest) => Promise<Response>) {
  return (request: NextRequest) => respond(() => handle(request));
}

async function respond(handle: (requestId: string) => Promise<Response>): Promise<Response> {
  const requestId = randomUUID();
  try {
    const response = await handle(requestId);
    response.headers.set("x-request-id", requestId);
    return response;
  } catch (error) {
    return problemResponse(await toAppError(error, requestId), requestId);
  }
}

async function toAppError(error: unknown, requestId: string): Promise<AppError> {
  if (error instanceof AppError) return error;
  const explained = explainAwsFailure(error);
  if (explained?.code === "setup_incomplete") return withCommands(explained);
  const name = error instanceof Error ? error.name : typeof error;
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

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

function refuseForeignOrigin(request: NextRequest): void {
  if (reading.has(request.method)) return;
  const given = request.headers.get("origin");
  const own = new URL(env().NEXTAUTH_URL).origin;
  const foreign =
    given === null ? request.headers.get("sec-fetch-site") === "cross-site" : given !== own;
  if (foreign) throw new AppError("forbidden", "This request comes from another site.");
}
