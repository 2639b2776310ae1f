import "server-only";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { authOptions } from "./options";
import type { Role } from "./roles";

/** Who acts, and in which request: the first argument of every service. */
export type Actor = { name: string; role: Role; requestId: string };

export type SignedIn = { name: string; role: Role };

/** The person of the session cookie, or null. */
export async function currentUser(): Promise<SignedIn | null> {
  const session = await getServerSession(authOptions());
  const user = session?.user;
  return user?.name && user.role ? { name: user.name, role: user.role } : null;
}

/** For pages: the signed-in person; strangers go to sign-in. Layouts protect nothing. */
export async function requireActor(): Promise<SignedIn> {
  const user = await currentUser();
  if (!user) redirect("/sign-in");
  return user;
}
