import "server-only";
import type { SignedIn } from "@/lib/auth/actor";
import { currentUser } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { resolveBearer } from "@/lib/tokens/service";

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a request only looks, by its method. */
export const isReadOnly = ({ method }: Request) => reading.has(method);

/**
 * Who calls: the holder of an API token when the request says `Authorization: Bearer`, else the
 * person of the session cookie. A token that does not work is refused even beside a good cookie, so
 * that a script never acts as somebody else than it believes.
 * @throws AppError `unauthenticated`; what DynamoDB throws when it does not say whether the token,
 *   or the session of a request that does more than look, has ended
 */
export async function authenticate(request: Request): Promise<SignedIn> {
  const authorization = request.headers.get("authorization") ?? "";
  if (/^Bearer(?: |$)/i.test(authorization)) {
    return resolveBearer(authorization.slice("Bearer".length).trim());
  }
  const user = await currentUser(isReadOnly(request) ? "allow" : "throw");
  if (!user) throw new AppError("unauthenticated", "Sign in first.");
  return user;
}
