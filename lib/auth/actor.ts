export const roles = ["viewer", "admin"] as const;
export type Role = (typeof roles)[number];

/** Admins may do everything that viewers may. */
export function hasRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** A signed-in person. `subject` never changes; `name` is for screens. */
export type SignedIn = { name: string; role: Role; subject: string };

/** Who acts, and in which request. The first argument of every service. */
export type Actor = SignedIn & { requestId: string };
