import NextAuth from "next-auth";
import { authOptions, renewalOptions } from "@/lib/auth/options";
import { isFullySignedOut } from "@/lib/auth/sign-out";
import { AppError } from "@/lib/errors";
import { clientAddress } from "@/lib/http/client-address";
import { withSmallBody } from "@/lib/http/input";
import { refuseExcess } from "@/lib/http/limit";
import { type Call, route } from "@/lib/http/route";

/** What next-auth has to do here. Its `_log` would write what anybody sends into our log. */
const actions = new Set(["callback", "csrf", "error", "providers", "session", "signin", "signout"]);
const attempts = new Set(["callback", "signin"]);

/** next-auth checks its own CSRF token, state and credentials. */
async function signIn({ request, params }: Call<"getSignIn">): Promise<Response> {
  const [action = ""] = params.nextauth;
  if (!actions.has(action)) throw new AppError("not_found", "There is no such step of sign-in.");
  if (attempts.has(action)) await refuseExcess("sign_in", clientAddress(request));
  const options = action === "session" ? await renewalOptions() : authOptions();
  const context = { params: Promise.resolve(params) };
  const answer: Response = await NextAuth(await withSmallBody(request), context, options);
  if (action === "signout" && request.method === "POST") {
    answer.headers.set("x-session-ended", String(await isFullySignedOut()));
  }
  return answer;
}

export const GET = route("getSignIn", signIn);
export const POST = route("postSignIn", signIn);
