import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { readSession } from "@/lib/auth/session-token";
import { contentSecurityPolicy, hstsHeader } from "@/lib/http/security-headers";
import { pages } from "@/lib/paths";

/** Pages of the console; every page checks for itself too. */
const guarded = /^\/(models|agents|playground|costs|checks|activity|tokens|api-reference)?(\/|$)/;

/** Sends strangers to sign-in before a page streams its skeleton, and gives each page its policy. */
export async function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl;
  const isAnonymous = guarded.test(pathname) && !(await readSession(request.cookies));
  return withPolicy(request, (headers) =>
    isAnonymous
      ? NextResponse.redirect(new URL(pages.signIn(`${pathname}${search}`), request.url))
      : NextResponse.next({ request: { headers } }),
  );
}

/** Next reads the nonce for its own scripts out of the request's policy, the layout out of x-nonce. */
function withPolicy(request: NextRequest, respond: (headers: Headers) => NextResponse) {
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = respond(headers);
  response.headers.set("content-security-policy", policy);
  const transport = hstsHeader();
  if (transport) response.headers.set("strict-transport-security", transport);
  return response;
}

export const config = {
  // Every page, those that do not exist included. Not the API: Next would keep a copy of each body.
  matcher: ["/((?!api/|_next/|icon\\.svg$|readme/).*)"],
};
