"use client";

import KeyRound from "lucide-react/icons/key-round";
import LogOut from "lucide-react/icons/log-out";
import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Sun from "lucide-react/icons/sun";
import Link from "next/link";
import { useTheme } from "next-themes";
import { useState, useSyncExternalStore } from "react";
import { classNames } from "@/components/ui/class-names";
import { buttonClass } from "@/components/ui/form/button-class";
import { IconButton } from "@/components/ui/form/icon-button";
import { Menu } from "@/components/ui/overlay/menu";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import { Tag } from "@/components/ui/text/tag";
import { pages } from "@/lib/paths";
import { leaveConsole } from "./leave-console";

export type SignedInAs = { name: string; role: "admin" | "viewer" };

/** The signed-in person with their role, the theme and sign-out. */
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

function SignOutButton() {
  const [busy, setBusy] = useState(false);

  async function leave() {
    setBusy(true);
    await leaveConsole();
    setBusy(false);
  }

  return (
    <IconButton
      label="Sign out"
      icon={<LogOut className="size-3.75" aria-hidden="true" />}
      busy={busy}
      onClick={leave}
    />
  );
}

const themes = [
  { id: "light", label: "Light", Icon: Sun },
  { id: "dark", label: "Dark", Icon: Moon },
  { id: "system", label: "System", Icon: Monitor },
] as const;

const never = () => () => {};

/**
 * Light, dark or the system's theme. The choice is stored in the browser, so the server doesn't
 * know it.
 */
function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const chosen = themes.find(({ id }) => inBrowser && id === theme) ?? themes[2];
  return (
    <Menu
      label={`Theme: ${chosen.label}`}
      icon={<chosen.Icon className="size-3.75" aria-hidden="true" />}
      items={themes.map(({ id, label, Icon }) => ({
        kind: "choice",
        label,
        icon: <Icon className="size-3.75" aria-hidden="true" />,
        checked: id === chosen.id,
        onSelect: () => setTheme(id),
      }))}
    />
  );
}
