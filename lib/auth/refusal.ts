import "server-only";
import { decode, encode } from "next-auth/jwt";
import * as z from "zod";
import { env } from "@/lib/env";

const salt = "switchboard.refusal";
const seconds = 10 * 60;
const maxShown = { values: 12, characters: 80 };

const Refusal = z.object({ name: z.string(), found: z.array(z.string()).nullable() });
/** Who signed in at the provider without a role here; `found` is null when the claim was not there. */
export type Refusal = z.infer<typeof Refusal>;

/** The refusal for the address of the sign-in page, sealed: strangers learn nothing of the groups. */
export function sealSignInRefusal({ name, found }: Refusal): Promise<string> {
  const shown = found
    ?.slice(0, maxShown.values)
    .map((value) => value.slice(0, maxShown.characters));
  const token = { name, found: shown ?? null };
  return encode({ token, secret: env().NEXTAUTH_SECRET, maxAge: seconds, salt });
}

/** What was sealed, for some minutes; null for everything else. */
export async function unsealSignInRefusal(sealed: string): Promise<Refusal | null> {
  const secret = env().NEXTAUTH_SECRET;
  const token = await decode({ token: sealed, secret, salt }).catch(() => null);
  return Refusal.safeParse(token).data ?? null;
}
