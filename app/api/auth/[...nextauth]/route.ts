import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";
import { AppError } from "@/lib/errors";
import { clientAddress } from "@/lib/http/client-address";
import { withSmallBody } from "@/lib/http/input";
import { refuseExcess } from "@/lib/http/limit";
import { withOpen } from "@/lib/http/with-actor";

type Params = { nextauth: string[] };

/** What next-auth has to do here. Its `_log` would write what anybody sends into our log. */
const actions = new Set(["callback", "csrf", "error", "providers", "session", "signin", "signout"]);
const attempts = new Set(["callback", "signin"]);

/** Open to everyone: next-auth checks its own CSRF token, state and credentials. */
const handler = withOpen<Params>(async (request, context) => {
  const [action = ""] = (await context.params).nextauth;
  if (!actions.has(action)) throw new AppError("not_found", "There is no such step of sign-in.");
  if (attempts.has(action)) await refuseExcess("sign_in", clientAddress(request));
  return NextAuth(await withSmallBody(request), context, authOptions());
});

export { handler as GET, handler as POST };
