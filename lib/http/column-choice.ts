import "server-only";
import { cookies } from "next/headers";
import { personKey } from "@/lib/auth/person-key";

/**
 * The columns that a person hid in a table in this browser, and the name of the cookie that stores
 * them.
 */
export async function readColumnChoice(table: string, subject: string) {
  const cookie = `columns-${table}-${personKey(subject)}`;
  const stored = (await cookies()).get(cookie)?.value ?? "";
  return { cookie, hidden: stored.split(".").filter((id) => /^[a-z_-]{1,20}$/.test(id)) };
}
