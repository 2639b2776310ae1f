import { Tag } from "@/components/ui/tag";
import { SignOutButton } from "./sign-out-button";
import { ThemeSwitch } from "./theme-switch";

export type SignedInAs = { name: string; role: "admin" | "viewer" };

/** Who is signed in and what they may do; theme and way out. */
export function Account({ name, role }: SignedInAs) {
  return (
    <section aria-label="Account" className="flex items-center gap-1 pl-2">
      <p className="flex min-w-0 flex-1 items-center gap-1.5">
        <span className="truncate text-ink-2" title={name}>
          {name}
        </span>
        {role === "viewer" ? (
          <Tag tone="warn">{name === role ? "read only" : "viewer, read only"}</Tag>
        ) : (
          name !== role && <Tag>admin</Tag>
        )}
      </p>
      <ThemeSwitch />
      <SignOutButton />
    </section>
  );
}
