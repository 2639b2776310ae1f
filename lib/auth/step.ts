import "server-only";
import { cookies } from "next/headers";
import { NextRequest } from "next/server";
import { AppError } from "@/lib/errors";
import type { SignInForm } from "@/lib/sessions/schema";
import { localProviderId } from "./local";
import { oidcProviderId } from "./oidc";
import { isOwnAddress, ownAddress, signInMethods } from "./options";
import { sessionCookies } from "./session-token";

/** One of next-auth's steps, taken from the path. `provider` is the second segment. */
export type Step = { action: string; provider?: string };

/**
 * Steps without a provider. next-auth has others, such as `_log`, which would log text of any
 * caller.
 */
const plainSteps: Record<string, readonly string[]> = {
  csrf: ["GET"],
  error: ["GET"],
  providers: ["GET"],
  session: ["GET", "POST"],
  signin: ["GET"],
  signout: ["GET", "POST"],
};

/** @throws AppError `not_found` if the configuration has no such sign-in step */
export function readStep(method: string, [action = "", provider, ...rest]: string[]): Step {
  const isKnown =
    rest.length === 0 &&
    (provider === undefined
      ? Object.hasOwn(plainSteps, action) && plainSteps[action]?.includes(method)
      : isProviderStep(method, action, provider));
  if (!isKnown) throw new AppError("not_found", "There is no such sign-in step.");
  return { action, provider };
}

function isProviderStep(method: string, action: string, provider: string): boolean {
  const configured = signInMethods();
  if (provider === localProviderId && configured.local) {
    return action === "callback" && method === "POST";
  }
  if (provider !== oidcProviderId || !configured.oidc) return false;
  return action === "signin" || (action === "callback" && method === "GET");
}

/**
 * Query parameters that next-auth may receive. An identity provider's answer is passed on
 * unchanged.
 */
const queryValues: Record<string, RegExp> = {
  error: /^[A-Za-z]{1,40}$/,
  prompt: /^[a-z ]{1,40}$/,
};

function isKnownValue(name: string, value: string): boolean {
  return Object.hasOwn(queryValues, name) && queryValues[name]?.test(value) === true;
}

/**
 * The request that next-auth receives. It answers malformed input with a 500 or in plain text, and
 * passes every query parameter on to the identity provider.
 */
export async function nextAuthRequest(
  request: NextRequest,
  { action }: Step,
  form: SignInForm | undefined,
): Promise<NextRequest> {
  await deleteForeignCallback();
  const url = new URL(request.url);
  for (const [name, value] of [...url.searchParams]) {
    if (name === "callbackUrl") url.searchParams.set(name, ownAddress(value));
    else if (action !== "callback" && !isKnownValue(name, value)) url.searchParams.delete(name);
  }
  if (action === "error" && !url.searchParams.has("error"))
    url.searchParams.set("error", "Default");
  const headers = new Headers(request.headers);
  if (request.method !== "POST") return new NextRequest(url, { headers });
  const fields = Object.entries(form ?? {}).filter(([, value]) => value !== undefined);
  // The constructor sets the content type of its body.
  headers.delete("content-type");
  return new NextRequest(url, { method: "POST", headers, body: new URLSearchParams(fields) });
}

/** next-auth refuses every step while this cookie holds an invalid address. */
async function deleteForeignCallback(): Promise<void> {
  const name = sessionCookies().callbackUrl?.name ?? "";
  const jar = await cookies();
  const address = jar.get(name)?.value;
  if (address !== undefined && !isOwnAddress(address)) jar.delete(name);
}

/** Turns next-auth's own refusals (plain text or a redirect) into ours. @throws AppError */
export function assertAccepted(answer: Response, { action, provider }: Step): void {
  if (answer.status < 400) return;
  if (answer.status === 401 && action === "callback" && provider === localProviderId) {
    throw new AppError("unauthenticated", "This token is not valid.");
  }
  if (answer.status < 500) throw new AppError("malformed", "This sign-in step was refused.");
  throw new Error(`next-auth answered ${answer.status}.`);
}
