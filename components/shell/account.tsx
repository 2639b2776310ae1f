import KeyRound from "lucide-react/icons/key-round";
import Link from "next/link";
import { classNames } from "@/components/ui/class-names";
import { buttonClass } from "@/components/ui/form/button";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import { Tag } from "@/components/ui/text/tag";
import { pages } from "@/lib/paths";
import { SignOutButton } from "./sign-out-button";
import { ThemeSwitch } from "./theme-switch";

export type SignedInAs = { name: string; role: "admin" | "viewer" };

/** Who is signed in and what they may do; theme and way out. */
export function Account({ name, role }: SignedInAs) {
  return (
    <section aria-label="Account" className="flex flex-wrap items-center gap-1 pl-2">
      <p className="flex max-w-full min-w-0 flex-auto items-center gap-1.5">
        <span className="truncate text-ink-2" title={name}>
          {name}
        </span>
        {role === "viewer" ? (
          <Tag tone="warn">{name === role ? "read only" : "viewer, read only"}</Tag>
        ) : (
          name !== role && <Tag>admin</Tag>
        )}
      </p>
      <div className="ml-auto flex items-center gap-1">
        {role === "admin" && (
          <Tooltip text="API tokens">
            <Link
              href={pages.tokens()}
              prefetch={false}
              aria-label="API tokens"
              className={classNames(buttonClass("ghost"), "w-7.5 px-0!")}
            >
              <KeyRound className="size-3.75" aria-hidden="true" />
            </Link>
          </Tooltip>
        )}
        <ThemeSwitch />
        <SignOutButton />
      </div>
    </section>
  );
}
