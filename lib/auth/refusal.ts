import "server-only";
import { decode, encode } from "next-auth/jwt";
import * as z from "zod";
import { consoleSecret } from "@/lib/env";

const salt = "switchboard.refusal";
const seconds = 10 * 60;
const max = { values: 12, characters: 80 };

const Refusal = z.object({ name: z.string(), found: z.array(z.string()).nullable() });
/** Someone who signed in at the provider but has no role here; `found` is null without the claim. */
export type Refusal = z.infer<typeof Refusal>;

/** Seals the refusal for the URL of the sign-in page, because it contains names of groups. */
export function sealSignInRefusal({ name, found }: Refusal): Promise<string> {
  const shortened = found?.slice(0, max.values).map((value) => value.slice(0, max.characters));
  const token = { name, found: shortened ?? null };
  return encode({ token, secret: consoleSecret(), maxAge: seconds, salt });
}

/** The unsealed refusal; null if it is older than ten minutes or wasn't sealed by this console. */
export async function unsealSignInRefusal(sealed: string): Promise<Refusal | null> {
  const secret = consoleSecret();
  const token = await decode({ token: sealed, secret, salt }).catch(() => null);
  return Refusal.safeParse(token).data ?? null;
}
