import NextAuth from "next-auth";
import { authOptions, renewalOptions } from "@/lib/auth/options";
import { isFullySignedOut } from "@/lib/auth/sign-out";
import { assertAccepted, nextAuthRequest, readStep } from "@/lib/auth/step";
import { clientAddress } from "@/lib/http/client-address";
import { enforceRateLimit } from "@/lib/http/limit";
import { type Call, route } from "@/lib/http/route";

const attempts = new Set(["callback", "signin"]);

/** next-auth checks its own CSRF token, state and credentials. */
async function signIn(call: Call<"getSignIn"> | Call<"postSignIn">): Promise<Response> {
  const { request, params, body } = call;
  const step = readStep(request.method, params.nextauth);
  if (attempts.has(step.action)) await enforceRateLimit("sign_in", clientAddress(request));
  const options = step.action === "session" ? await renewalOptions() : authOptions();
  const context = { params: Promise.resolve(params) };
  const answer: Response = await NextAuth(
    await nextAuthRequest(request, step, body),
    context,
    options,
  );
  assertAccepted(answer, step);
  if (step.action === "signout" && request.method === "POST") {
    answer.headers.set("x-session-ended", String(await isFullySignedOut()));
    // Not "storage": theme and table columns aren't sensitive.
    answer.headers.set("clear-site-data", '"cache"');
  }
  return answer;
}

export const GET = route("getSignIn", signIn);
export const POST = route("postSignIn", signIn);
