export const roles = ["viewer", "admin"] as const;
export type Role = (typeof roles)[number];

/** Admins may do all that viewers may. */
export function mayActAs(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
