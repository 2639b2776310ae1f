import "server-only";
import { randomUUID } from "node:crypto";
import { recordEvent } from "@/lib/activity/service";
import { stringAttribute } from "@/lib/aws/attributes";
import { errorName, log } from "@/lib/log";
import { shouldRecordRefusal } from "@/lib/rate-limits/service";
import type { Role } from "./actor";

type Person = { subject: string; name: string; method: "local" | "oidc" };

/** Records a sign-in in the log and in Activity. */
export async function recordSignIn({ role, ...person }: Person & { role: Role }): Promise<void> {
  const requestId = randomUUID();
  log("info", "Signed in", { request_id: requestId, ...person, role });
  const entity = { kind: "sign_in", id: person.subject } as const;
  const after = { role: stringAttribute(role), method: stringAttribute(person.method) };
  const change = { action: "sign_in.accepted", entity, before: null, after } as const;
  await orLog(requestId, recordEvent({ name: person.name, requestId }, change, "done"));
}

/** Records a refused sign-in. At most a few per person and minute go to Activity. */
export async function recordRefusal({ reason, ...person }: Person & { reason: string }) {
  const requestId = randomUUID();
  log("warn", "Sign-in refused", { request_id: requestId, ...person, reason });
  const entity = { kind: "sign_in", id: person.subject } as const;
  const after = { detail: stringAttribute(reason), method: stringAttribute(person.method) };
  const change = { action: "sign_in.refused", entity, before: null, after } as const;
  const note = async () => {
    if (!(await shouldRecordRefusal(person.subject))) return;
    await recordEvent({ name: person.name, requestId }, change, "refused");
  };
  await orLog(requestId, note());
}

/** A failure to write Activity must not block a sign-in: reading works without ModelManagement. */
async function orLog(requestId: string, recording: Promise<void>): Promise<void> {
  await recording.catch((error: unknown) => {
    log("error", "A sign-in is not in Activity", {
      request_id: requestId,
      failure: errorName(error),
    });
  });
}
